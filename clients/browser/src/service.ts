import { failure, HandstampError, readError } from './errors.js';
import { orAborted } from './requests.js';

/** A request that is not a refresh is abandoned after this time. */
const longestPatience = 10_000;

/** Sends a request to the service, and returns the content of the answer. Fails with a {@link HandstampError}. */
export type Ask = <T>(
  path: string,
  method: string,
  body?: object,
  send?: typeof fetch,
  patience?: number,
) => Promise<T>;

export const createAsk =
  (service: URL, credentials: RequestCredentials, usual: typeof fetch): Ask =>
  async <T>(path: string, method: string, body?: object, send = usual, patience = longestPatience) => {
    const hurry = new AbortController();
    const timer = setTimeout(() => hurry.abort(), patience);
    const work = async (): Promise<T> => {
      const answer = await send(new URL(path, service), {
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
      throw fault instanceof HandstampError ? fault : asError(fault, hurry.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  };

export const timedOut = () => failure('timeout', false, 'The service did not answer.');

export const unexpected = () => failure('unexpected_answer');

function asError(fault: unknown, late: boolean): HandstampError {
  if (late) return timedOut();
  if (fault instanceof SyntaxError) return unexpected();
  return (fault as Error).name === 'NoKeyError'
    ? failure('no_key')
    : failure('network', false, 'The service could not be reached.');
}
