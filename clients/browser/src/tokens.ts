import { type Moment, now, since } from './clock.js';

/** The service's answer to a login and a refresh. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly session_id: string;
}

/** An access token, with what it takes to pass it on. */
export interface Handover {
  readonly accessToken: string;
  /** Whether it is worth something only with a proof. */
  readonly bound: boolean;
  readonly sessionId: string;
  /** Its life when it was issued, and how much of it is left, in milliseconds. */
  readonly life: number;
  readonly left: number;
}

/** The access token of a session. */
export class Tokens {
  readonly accessToken: string;
  readonly bound: boolean;
  readonly sessionId: string;
  readonly #life: number;
  readonly #left: number;
  readonly #received: Moment = now();
  /** A random moment in the last fifth of its life: whoever would time a stolen token by it has to guess. */
  readonly #rest = Math.random() / 5;

  constructor({ accessToken, bound, sessionId, life, left }: Handover) {
    this.accessToken = accessToken;
    this.bound = bound;
    this.sessionId = sessionId;
    this.#life = life;
    this.#left = left;
  }

  static issued(answer: TokenAnswer): Tokens {
    const life = answer.expires_in * 1000;
    const bound = answer.token_type === 'DPoP';
    return new Tokens({ accessToken: answer.access_token, bound, sessionId: answer.session_id, life, left: life });
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

  get handover(): Handover {
    const { accessToken, bound, sessionId, left } = this;
    return { accessToken, bound, sessionId, life: this.#life, left };
  }
}
