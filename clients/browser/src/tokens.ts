import { type Moment, now, since } from './clock.js';

/** The service's answer to a login and a refresh. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly session_id: string;
  /** The service's retry window in seconds, where it is not 30. */
  readonly retry_window?: number;
}

/** The longest quiet gap that a service has at the end of its retry window, in milliseconds. */
export const longestGap = 10_000;

/**
 * How long a refresh may take, in milliseconds: half of the quiet gap. Then a request and an answer of another refresh
 * take no longer than the gap together, which is what keeps tabs that share a cookie from undoing each other's work.
 */
export const patienceOf = ({ retry_window: window }: Pick<TokenAnswer, 'retry_window'>): number =>
  Math.min(longestGap, ((window || 30) * 1000) / 3) / 2;

/** An access token, with what it takes to pass it on. */
export interface Handover {
  readonly accessToken: string;
  /** Whether it is worth something only with a proof. */
  readonly bound: boolean;
  readonly sessionId: string;
  /** How long a refresh of it may take, in milliseconds. */
  readonly patience: number;
  /** Its life when it was issued, and how much of it is left, in milliseconds. */
  readonly life: number;
  readonly left: number;
}

/** The access token of a session. */
export class Tokens {
  readonly accessToken: string;
  readonly bound: boolean;
  readonly sessionId: string;
  readonly patience: number;
  readonly #life: number;
  readonly #left: number;
  readonly #received: Moment = now();
  /** A random moment in the last fifth of its life: whoever would time a stolen token by it has to guess. */
  readonly #rest = Math.random() / 5;

  constructor({ accessToken, bound, sessionId, patience, life, left }: Handover) {
    this.accessToken = accessToken;
    this.bound = bound;
    this.sessionId = sessionId;
    this.patience = patience;
    this.#life = life;
    this.#left = left;
  }

  static issued(answer: TokenAnswer): Tokens {
    const life = answer.expires_in * 1000;
    return new Tokens({
      accessToken: answer.access_token,
      bound: answer.token_type === 'DPoP',
      sessionId: answer.session_id,
      patience: patienceOf(answer),
      life,
      left: life,
    });
  }

  /** Milliseconds until it expires. */
  get left(): number {
    return this.#left - since(this.#received);
  }

  /** Milliseconds until it should be refreshed. */
  get untilRefresh(): number {
    return this.left - this.#life * this.#rest;
  }

  /** Whether nine tenths of its life are still to come. */
  get isFresh(): boolean {
    return this.left > 0.9 * this.#life;
  }

  /** Who has issued it, unless it is for the issuer itself. Only read: to verify it is the API's affair. */
  get foreignIssuer(): string | undefined {
    try {
      const { iss, aud } = JSON.parse(decode(this.accessToken.split('.')[1]!));
      return [aud].flat().includes(iss) ? undefined : iss;
    } catch {
      return undefined;
    }
  }

  get handover(): Handover {
    const { accessToken, bound, sessionId, patience, left } = this;
    return { accessToken, bound, sessionId, patience, life: this.#life, left };
  }
}

const decode = (part: string): string =>
  new TextDecoder().decode(
    Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0)),
  );
