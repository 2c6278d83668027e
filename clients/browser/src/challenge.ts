import { draft, own } from './index.js';

/** What the service asks for, in the form of ALTCHA. */
interface Challenge {
  readonly challenge: string;
  readonly salt: string;
  readonly maxnumber: number;
}

/** The largest number up to which this module looks: seconds of work. */
const most = 10_000_000;

/** So many hashes are computed at a time. In between, the page goes on. */
const step = 256;

/**
 * `fetch` for `createHandstamp({ fetch })` and the modules' `{ url, fetch }` that solves the challenge which the service asks for
 * while it is attacked (`challenge_required`), and then sends the request once more.
 */
export const solvingChallenges =
  (send: typeof fetch = (...call) => fetch(...call)): typeof fetch =>
  async (input, init) => {
    const { once, again } = draft(input, init);
    const answer = await send(once);
    const challenge = answer.status === 403 && again && (await challengeOf(answer.clone()));
    const number = challenge && (await solve(challenge, once.signal));
    if (number === undefined || number === false) return answer;
    const next = again!();
    next.headers.set('altcha', btoa(JSON.stringify({ ...(challenge as Challenge), number })));
    return send(next);
  };

async function challengeOf(answer: Response): Promise<Challenge | undefined> {
  const { code, challenge } = own(
    (await answer.json().catch(() => undefined)) as { code?: string; challenge?: Challenge },
  );
  const given = own(challenge);
  const isOne = typeof given?.salt === 'string' && /^[\da-f]{64}$/.test(given.challenge);
  return code === 'challenge_required' && isOne ? given : undefined;
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
