/** The session's row, as `/playground/session` shows it. Generations are the numbers of the stamps; times are seconds. */
export interface Row {
  /** The stamp that was used to get the live ones. */
  readonly seen: number;
  /** The stamps from `first` to `last` are alive. */
  readonly first: number;
  readonly last: number;
  readonly issued_at: string;
  readonly retry_window: number;
  readonly access_token_lifetime: number;
}

/** Reads the row of the ticket's session; null when the ticket opens nothing any more. */
export async function readRow(base: string, ticket: string): Promise<Row | null> {
  const answer = await fetch(`${base}playground/session`, { headers: { authorization: `Bearer ${ticket}` } });
  return answer.ok ? ((await answer.json()) as Row) : null;
}

/** Milliseconds until the retry window of the newest stamp is over. The clock is the service's: one machine. */
export const windowLeft = (row: Row): number => Date.parse(row.issued_at) + row.retry_window * 1000 - Date.now();

/** What a refresh that was granted has done, by the rows before and after it. */
export function whatHappened(before: Row | undefined, after: Row, unheard: boolean): string {
  if (!before) return `Stamp no. ${after.last} came back.`;
  if (after.last === before.last)
    return unheard
      ? `The previous answer was lost, so the old stamp was sent again. The same no. ${after.last} came back, and nothing was written.`
      : `No. ${after.last} is younger than the retry window, so it stays. Nothing was written.`;
  return after.first === after.last
    ? `No. ${after.seen} was sent, and no. ${after.last} came back. One row was updated, and none was added.`
    : `No. ${after.seen} was sent again much later. No. ${after.last} came back in addition to no. ${after.first}.`;
}
