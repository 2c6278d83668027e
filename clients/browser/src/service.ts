import { failure, HandstampError, type HandstampErrorCode, readError } from './errors.js';
import { orAborted } from './requests.js';

/**
 * Sends a request to the service, and returns the content of the answer. Fails with a {@link HandstampError}. A request
 * that is not a refresh is abandoned after ten seconds.
 */
export type Ask = <T>(
  path: string,
  method: string,
  body?: object,
  send?: typeof fetch,
  patience?: number,
) => Promise<T>;

/** The address of the service, under which its routes lie. */
export function placeOf(url: string | URL): URL {
  const place = new URL(url, globalThis.location?.href);
  if (!place.pathname.endsWith('/')) place.pathname += '/';
  return place;
}

/** The path of one of an account's things, which cannot lead to another route. */
export const pathOf = (route: string, id: string): string => `${route}/${/^[\da-f-]{36}$/i.test(id) ? id : '-'}`;

/** The global `fetch`, also if it is replaced later. */
export const globalFetch: typeof fetch = (...call) => fetch(...call);

export const createAsk =
  (service: URL, credentials: RequestCredentials, usual: typeof fetch = globalFetch): Ask =>
  async <T>(path: string, method: string, body?: object, send = usual, patience = 10_000) => {
    const hurry = new AbortController();
    const timer = setTimeout(() => hurry.abort(), patience);
    const work = async (): Promise<T> => {
      const answer = await send(new URL(`./${path}`, service), {
        method,
        credentials,
        cache: 'no-store',
        // A redirect would send passwords and tokens to another place.
        redirect: 'error',
        signal: hurry.signal,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      if (!answer.ok) throw await readError(answer);
      return (answer.status === 204 ? undefined : await answer.json()) as T;
    };
    try {
      // Whatever happens to the request.
      return await orAborted(work(), hurry.signal);
    } catch (fault) {
      if (fault instanceof HandstampError) throw fault;
      if (hurry.signal.aborted) throw timedOut();
      throw fault instanceof SyntaxError ? unexpected() : unreachable('network');
    } finally {
      clearTimeout(timer);
    }
  };

const unreachable = (code: HandstampErrorCode) => failure(code, false, 'The service could not be reached.');

export const timedOut = () => unreachable('timeout');

export const unexpected = () => failure('unexpected_answer');
