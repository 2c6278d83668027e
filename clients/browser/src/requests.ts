type Input = RequestInfo | URL;

/** A request to be sent once, and how to make it again, unless its body can be read once alone. */
export interface Draft {
  readonly once: Request;
  readonly again: (() => Request) | undefined;
}

export function draft(input: Input, init?: RequestInit): Draft {
  // Made of what it is made of, it need not be kept in memory.
  const make = () => new Request(input, init);
  const given = input as Partial<Request>;
  const request = make();
  // Not every browser says whether a Request has a body.
  if (!given.clone || init?.body || given.body === null || /GET|HEAD/.test(request.method))
    return { once: request, again: isStream(init?.body) ? undefined : make };
  // The body of a Request may be a stream without an end. This is how texts, forms and JSON tell themselves apart.
  const spare = /json|text|urlencoded/.test(`${request.headers.get('content-type')}`) && request.clone();
  return { once: request, again: spare ? () => spare.clone() : undefined };
}

// Not by their classes, which not every platform has; and in Node any async iterable is one.
const isStream = (body: unknown): boolean =>
  body instanceof Object && ('getReader' in body || Symbol.asyncIterator in body);

/** Node: what nobody holds any more is collected, and then its signal does not get through. */
export const holding = <T>(held: unknown, work: Promise<T>): Promise<T> => work.finally(() => held);

/** A caller that stops waiting stops no other's refresh. */
export const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
    }),
  ]);

/** Whether a token was refused because its time is over; or else its key or issuer is no longer valid, or its session. */
export interface Refusal {
  readonly expired: boolean;
}

/**
 * What a challenge says, or a code; undefined where another token would not help. RFC 6750 §3: the description is for
 * people, but these are the words of all who say it, and of AddJwtBearer. That a session was ended no API has the last
 * word on: it may have been replaced.
 */
export function refusalOf(words: string | null): Refusal | undefined {
  const said = /(expired)|outdated|session_revoked|key was not found/i.exec(`${words}`);
  return said ? { expired: !!said[1] } : undefined;
}
