import type { HandstampError } from './errors.js';
import { draft, isStream, orAborted } from './index.js';
import type { Handstamp } from './types.js';

/** What an API or the service requires (RFC 9470 §3). */
export interface StepUpDemand {
  /** How many seconds ago the person may have authenticated, if that is why the request was refused. */
  readonly maxAge: number | undefined;
  /** The values of `acr` that are sufficient, the weakest first: `1`, `2`, `phr`, `phrh`. Empty if it is not about that. */
  readonly acrValues: readonly string[];
}

/** Asks the person, and calls {@link reauthenticate}. If the person does not want to, it rejects. */
export type AskPerson = (demand: StepUpDemand) => Promise<void>;

/** What the person has given: a password, or in the second step the answer to one of the methods of `mfa_required`. */
export type PersonsAnswer =
  | { readonly password: string }
  | {
      /** In the second step: of `mfaRequired(error)`. Without it, the method is one that can begin a login. */
      readonly token?: string;
      readonly method: string;
      /** The code of an app, or a recovery code. */
      readonly code?: string;
      /** What the browser has returned for a passkey: `reauthenticateWithPasskey` of `@handstamp/browser/passkeys` sends it. */
      readonly credential?: object;
      /** For a passkey: from the service's answer with the options. */
      readonly ceremony?: string;
    };

/**
 * Authenticates the person who is logged in again. The session goes on, and its tokens say so from now on. Fails with
 * `mfa_required` if the account has a second factor: `mfaRequired(error)` of `@handstamp/browser/factors` has the token and
 * the methods for the second call.
 */
export const reauthenticate = (
  handstamp: Handstamp,
  { token, ...answer }: PersonsAnswer & { readonly token?: string },
): Promise<void> => handstamp.renewWith('reauthenticate', { mfa_token: token, ...answer });

/**
 * `fetch` and `call` of the client that ask the person when a more recent or a stronger authentication is required, and
 * then send the request once more. Several requests at a time ask the person once. A request whose body is a stream gets
 * the answer as it is.
 */
export function withStepUp(handstamp: Handstamp, ask: AskPerson): Pick<Handstamp, 'fetch' | 'call'> {
  let asking: Promise<void> | undefined;
  /** How often the person has authenticated again. */
  let times = 0;

  const askOnce = (demand: StepUpDemand): Promise<void> =>
    (asking ??= (async () => ask(demand))()
      .then(() => void times++)
      .finally(() => (asking = undefined)));

  return {
    async fetch(input, init) {
      const before = times;
      // A Request can be sent once. All other input makes a new one each time.
      const given = 'clone' in Object(input) ? draft(input, init) : undefined;
      const again = given ? given.again : isStream(init?.body) ? undefined : () => input;
      const [rest, signal] = given ? [undefined, given.once.signal] : [init, init?.signal];
      const answer = await handstamp.fetch(given?.once ?? input, rest);
      const demand = again && demandOf(answer);
      if (!demand) return answer;
      // Since the request was sent, another one may have asked.
      if (times === before) await (signal ? orAborted(askOnce(demand), signal) : askOnce(demand));
      // Only once: the next answer goes to the caller.
      return handstamp.fetch(again(), rest);
    },

    async call<T>(path: string, method?: string, body?: object) {
      const before = times;
      try {
        return await handstamp.call<T>(path, method, body);
      } catch (fault) {
        if ((fault as HandstampError).code !== 'insufficient_user_authentication') throw fault;
        if (times === before) await askOnce({ maxAge: undefined, acrValues: [] });
        return handstamp.call<T>(path, method, body);
      }
    },
  };
}

function demandOf(answer: Response): StepUpDemand | undefined {
  const challenge = answer.status === 401 ? answer.headers.get('www-authenticate') : undefined;
  if (!/error="?insufficient_user_authentication/.test(`${challenge}`)) return undefined;
  const [, maxAge] = /max_age="?(\d+)/.exec(challenge!) ?? [];
  const [, acrValues] = /acr_values="([^"]+)/.exec(challenge!) ?? [];
  return { maxAge: maxAge ? Number(maxAge) : undefined, acrValues: acrValues?.split(' ') ?? [] };
}
