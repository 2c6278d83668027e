import { stopwatch } from './clock.js';
import type { Refusal } from './requests.js';
import { unexpected } from './service.js';

/** The service's answer to a login and a refresh. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly session_id: string;
  /** The service's retry window in seconds, if it is not 30. */
  readonly retry_window?: number;
}

/** The longest quiet gap that a service can have at the end of its retry window, in milliseconds. */
export const longestGap = 10_000;

/**
 * How long a refresh may take, in milliseconds: half of the quiet gap. Then a request and an answer of two refreshes
 * together take no longer than the gap. This keeps tabs that share a cookie from undoing each other's work.
 */
export const patienceOf = ({ retry_window: window }: Pick<TokenAnswer, 'retry_window'>): number =>
  Math.min(longestGap, ((window || 30) * 1000) / 3) / 2;

/** The longest time that timers accept; a token that lives longer is refreshed earlier. */
const longestLife = 86_400_000;

/** An access token, with everything that another tab needs. */
export interface Handover {
  readonly accessToken: string;
  /** Whether it is useless without a proof. */
  readonly bound: boolean;
  readonly sessionId: string;
  /** How long a refresh of it may take, in milliseconds. */
  readonly patience: number;
  /** Its life when it was issued, and the rest of it, in milliseconds. */
  readonly life: number;
  readonly left: number;
  /** Whether it has replaced a token that was refused as outdated. */
  readonly renewed: boolean | undefined;
}

/** Whether it is a token: it can be sent in a header, and its times are valid. */
export const isHandover = (told?: Partial<Handover> | null): told is Handover =>
  typeof told?.accessToken === 'string' &&
  /^[!-~]+$/.test(told.accessToken) &&
  typeof told.sessionId === 'string' &&
  [told.patience, told.life, told.left].every((each) => each! > 0 && each! <= longestLife);

/** The access token of a session. */
export class Tokens {
  /** The token as it arrived. */
  readonly told: Handover;
  readonly #age = stopwatch();
  /**
   * A random moment in the last fifth of its life, so that a thief who wants to use a stolen token at the same time has
   * to guess.
   */
  readonly #rest = Math.random() / 5;

  constructor(told: Handover) {
    this.told = told;
  }

  /** Milliseconds until it expires. */
  get left(): number {
    return this.told.left - this.#age();
  }

  /** Milliseconds until it should be refreshed. */
  get untilRefresh(): number {
    return this.left - this.told.life * this.#rest;
  }

  /** Whether more than this part of its life remains. */
  hasLeft(part: number): boolean {
    return this.left > part * this.told.life;
  }

  /** Whether another token would not be better. */
  isBest(refusal: Refusal): boolean {
    return refusal.expired
      ? // It has hardly lived: the API's clock is wrong.
        this.hasLeft(0.9)
      : // The API has other keys than the service, for now or for ever. Ten seconds after its issue, a change of the
        // service's keys is known everywhere, even at an API that fetches them only once in this time.
        !!this.told.renewed && this.#age() < 10_000;
  }

  /** Its issuer, unless the token is for the issuer itself. It is only read: the API verifies it. */
  get foreignIssuer(): string | undefined {
    try {
      const { iss, aud } = JSON.parse(decode(this.told.accessToken.split('.')[1]!));
      return [aud].flat().includes(iss) ? undefined : iss;
    } catch {
      return undefined;
    }
  }

  get handover(): Handover {
    return { ...this.told, left: this.left };
  }
}

/** The tokens of an answer that has just arrived. */
export function issued(answer: TokenAnswer, renewed?: boolean): Tokens {
  const life = Math.min(answer.expires_in * 1000, longestLife);
  const told = {
    accessToken: answer.access_token,
    bound: answer.token_type === 'DPoP',
    sessionId: answer.session_id,
    patience: patienceOf(answer),
    life,
    left: life,
    renewed,
  };
  if (isHandover(told)) return new Tokens(told);
  throw unexpected();
}

// Bytes as characters: names may be garbled, but issuer and audience are ASCII addresses.
const decode = (part: string): string => atob(part.replace(/-/g, '+').replace(/_/g, '/'));
