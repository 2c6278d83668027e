import { draft, own } from './index.js';

/** What the service asks for, in the form of ALTCHA. */
interface Challenge {
  readonly challenge: string;
  readonly salt: string;
  readonly maxnumber: number;
}

/** What another service has to check, such as Turnstile, if the service is set up so. */
export interface SiteChallenge {
  /** `turnstile`, `hcaptcha`, `recaptcha`, or `siteverify` for another one. */
  readonly service: string;
  /** The public key for its widget. */
  readonly site_key: string;
  /** What the widget calls the action, if it has a name for it. */
  readonly action: string;
  /** The address of the widget's script. */
  readonly script: string;
}

/** The largest number up to which this module looks: seconds of work. */
const most = 10_000_000;

/** So many hashes are computed at a time. In between, the page goes on. */
const step = 256;

/**
 * `fetch` for `createHandstamp({ fetch })` and the modules' `{ url, fetch }` that solves the challenge which the service asks for
 * while it is attacked (`challenge_required`), and then sends the request once more. If another service checks the visitors, `respond`
 * shows its widget and returns the response of the widget, or nothing if the person gives up.
 */
export const solvingChallenges =
  (
    send: typeof fetch = (...call) => fetch(...call),
    respond?: (challenge: SiteChallenge) => Promise<string | undefined>,
  ): typeof fetch =>
  async (input, init) => {
    const { once, again } = draft(input, init);
    const answer = await send(once);
    const challenge = answer.status === 403 && again ? await challengeOf(answer.clone()) : undefined;
    const header = challenge && (await headerFor(challenge, once.signal, respond));
    if (!header) return answer;
    const next = again!();
    next.headers.set(...header);
    return send(next);
  };

async function challengeOf(answer: Response): Promise<Challenge | SiteChallenge | undefined> {
  const { code, challenge } = own(
    (await answer.json().catch(() => undefined)) as { code?: string; challenge?: Challenge & SiteChallenge },
  );
  const given = own(challenge);
  const isWork = typeof given?.salt === 'string' && /^[\da-f]{64}$/.test(given.challenge);
  return code === 'challenge_required' && (isWork || typeof given?.site_key === 'string') ? given : undefined;
}

async function headerFor(
  challenge: Challenge | SiteChallenge,
  signal: AbortSignal,
  respond?: (challenge: SiteChallenge) => Promise<string | undefined>,
): Promise<[string, string] | undefined> {
  if ('site_key' in challenge) {
    const response = await respond?.(challenge);
    return response ? ['siteverify', response] : undefined;
  }
  const number = await solve(challenge, signal);
  return number === undefined ? undefined : ['altcha', btoa(JSON.stringify({ ...challenge, number }))];
}

/** The number for which the hash of the salt and the number is the one that was asked for. */
async function solve({ challenge, salt, maxnumber }: Challenge, signal: AbortSignal): Promise<number | undefined> {
  const text = new TextEncoder();
  const wanted = BigInt(`0x${challenge.slice(0, 16)}`);
  for (let first = 0; first <= Math.min(maxnumber, most); first += step) {
    signal.throwIfAborted();
    const digest = (_: unknown, index: number) => crypto.subtle.digest('SHA-256', text.encode(salt + (first + index)));
    const hashes = await Promise.all(Array.from({ length: step }, digest));
    const found = hashes.findIndex((hash) => new DataView(hash).getBigUint64(0) === wanted);
    if (found >= 0) return first + found;
  }
  return undefined;
}
