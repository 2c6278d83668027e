import { type Claims, readClaims } from './claims.js';
import { byId, make } from './dom.js';
import type { Watch } from './watch.js';

const times: readonly string[] = ['iat', 'exp', 'auth_time'];

/** Draws the ticket and the stamp. */
export class Tokens {
  readonly #watch: Watch;
  #shown: string | undefined;
  #claims: Claims | undefined;
  #generation: number | undefined;

  constructor(watch: Watch) {
    this.#watch = watch;
    setInterval(() => this.#tick(), 250);
  }

  /** What has changed since it was drawn. */
  draw(): void {
    const { ticket, row } = this.#watch;
    if (ticket && ticket !== this.#shown) this.#drawClaims(ticket);
    if (row && row.last !== this.#generation) this.#drawStamp(row.last);
    this.#shown = ticket;
    this.#generation = row?.last;
    this.#tick();
  }

  #drawClaims(ticket: string): void {
    const claims = (this.#claims = readClaims(ticket));
    byId('claims').replaceChildren(
      ...Object.entries(claims).flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, text(name, value))]),
    );
    byId('life').textContent = `of ${claims.exp - claims.iat} s`;
  }

  #drawStamp(last: number): void {
    byId('generation').textContent = `No. ${last}`;
    byId('cookie').textContent = JSON.stringify(document.cookie);
    const stamp = byId<SVGElement>('stamp');
    // A new number is a new print: the animation begins anew.
    stamp.classList.remove('fresh');
    void stamp.getBoundingClientRect();
    stamp.classList.add('fresh');
  }

  #tick(): void {
    const { row, ticket } = this.#watch;
    if (!ticket || !this.#claims || !row) return;
    const { iat, exp } = this.#claims;
    const left = Math.max(0, exp - Date.now() / 1000);
    byId('tokens').classList.toggle('expired', left === 0);
    byId('left-of-ticket').textContent = left > 0 ? shortly(left) : 'expired';
    byId('pulse').replaceChildren(
      `Ticket ${byId('left-of-ticket').textContent} · Stamp `,
      make('b', {}, `no. ${row.last}`),
    );
    byId('ring').setAttribute('stroke-dasharray', `${(100 * left) / (exp - iat)} 100`);
    const age = Math.max(0, (Date.now() - Date.parse(row.issued_at)) / 1000);
    byId('age').textContent = `${shortly(age)} old`;
    byId('stamp').setAttribute('aria-label', `A hand stamp with the number ${row.last}`);
  }
}

const text = (name: string, value: unknown): string =>
  times.includes(name)
    ? new Date(Number(value) * 1000).toLocaleTimeString()
    : Array.isArray(value)
      ? value.join(', ')
      : String(value);

function shortly(seconds: number): string {
  return seconds < 120 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`;
}
