type Input = RequestInfo | URL;

/** A request to send once, and how to make it again, unless its body can be read only once. */
export interface Draft {
  readonly once: Request;
  readonly again: (() => Request) | undefined;
}

export function draft(input: Input, init?: RequestInit): Draft {
  // A copy from the same parts does not have to be kept in memory.
  const make = () => new Request(input, init);
  const given = input as Partial<Request>;
  const request = make();
  // Not every browser says whether a Request has a body.
  if (!given.clone || init?.body || given.body === null || /GET|HEAD/.test(request.method))
    return { once: request, again: isStream(init?.body) ? undefined : make };
  // The body of a Request may be an endless stream. The content type identifies texts, forms and JSON.
  const spare = /json|text|urlencoded/.test(`${request.headers.get('content-type')}`) && request.clone();
  return { once: request, again: spare ? () => spare.clone() : undefined };
}

// Not by their classes, which not every platform has. In Node, any async iterable is a stream.
export const isStream = (body: unknown): boolean =>
  body instanceof Object && ('getReader' in body || Symbol.asyncIterator in body);

/** Node: an object without a reference is collected, and then its signal is not delivered. */
export const holding = <T>(held: unknown, work: Promise<T>): Promise<T> => work.finally(() => held);

/** A caller that stops waiting does not stop the refresh of others. */
export const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
    }),
  ]);

/**
 * Whether a token was refused because it has expired. Otherwise its key, its issuer or its session is no longer valid.
 */
export interface Refusal {
  readonly expired: boolean;
}

/**
 * The reason in a challenge, or a code; undefined if another token would not help. RFC 6750 §3: the description is for
 * people, but all known APIs use these words, and so does AddJwtBearer. An API cannot decide that a session was ended:
 * it may have been replaced.
 */
export function refusalOf(words: string | null): Refusal | undefined {
  const said = /(expired)|outdated|session_revoked|key was not found/i.exec(`${words}`);
  return said ? { expired: !!said[1] } : undefined;
}
