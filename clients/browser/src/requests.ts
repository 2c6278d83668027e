type Input = RequestInfo | URL;

/** A request, and how to make it once more, unless its body can be read once alone. */
export interface Draft {
  readonly request: Request;
  readonly again: (() => Request) | undefined;
}

export function draft(input: Input, init?: RequestInit): Draft {
  // Made of what it is made of, it need not be kept in memory.
  const make = () => new Request(input, init);
  const given = input as Partial<Request>;
  // Not every browser says whether a Request has a body.
  const hasBody = given.clone && !init?.body && given.body !== null && !/GET|HEAD/.test(given.method!);
  const request = make();
  if (!hasBody) return { request, again: isStream(init?.body) ? undefined : make };
  // The body of a Request may be a stream without an end. This is how texts, forms and JSON tell themselves apart.
  if (!/json|text|urlencoded/.test(request.headers.get('content-type') ?? '')) return { request, again: undefined };
  const spare = request.clone();
  return { request, again: () => spare.clone() };
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

/** Why a token was refused, where another may be taken: its time is over, or its key or issuer does not count any more. */
export type Refusal = 'access_token_expired' | 'access_token_outdated';

/** RFC 6750 §3: the description is for people, but these are the words of all who say it, and of AddJwtBearer. */
export function refusalOf(answer: Response): Refusal | undefined {
  const challenge = (answer.status === 401 && answer.headers.get('www-authenticate')) || '';
  if (/access_token_outdated|key was not found/i.test(challenge)) return 'access_token_outdated';
  return /expired/i.test(challenge) ? 'access_token_expired' : undefined;
}
