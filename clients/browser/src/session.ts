import { now, since } from './clock.js';
import { failure, type HandstampError, type HandstampErrorCode } from './errors.js';
import { Held } from './held.js';
import { own } from './own.js';
import { Pauses } from './pauses.js';
import type { Refusal } from './requests.js';
import { type Ask, timedOut } from './service.js';
import { issued, type TokenAnswer, type Tokens } from './tokens.js';
import type { KeyBinding, TokenStorage } from './types.js';

const mostTries = 4;

/** Codes of refusals that another attempt may well not get. */
const worthAnother: readonly string[] = ['refresh_token_superseded', 'dpop_proof_invalid'];

/** Codes that tell of no session's end. */
const nobody: readonly string[] = ['refresh_token_missing', 'signed_out'];

const superseded = () => failure('refresh_token_superseded');
const signedOut = () => failure('signed_out', true, 'Nobody is logged in.');

/** Keeps the access tokens, and a session alive as long as it may live. */
export class Session {
  readonly #ask: Ask;
  readonly #storage: TokenStorage | undefined;
  readonly #resource: string | undefined;
  readonly #dpop: KeyBinding | undefined;
  /** As the service's routes for tokens want it: with a proof, if sessions are bound. */
  readonly #proving: typeof fetch;
  readonly held: Held;
  readonly #pauses = new Pauses();
  readonly #refreshing = new Map<string | undefined, Promise<Tokens>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    name: string,
    ask: Ask,
    storage: TokenStorage | undefined,
    resource: string | undefined,
    dpop: KeyBinding | undefined,
    proving: typeof fetch,
  ) {
    this.#ask = ask;
    this.#storage = storage;
    this.#resource = resource;
    this.#dpop = dpop;
    this.#proving = proving;
    this.held = new Held(storage ? undefined : name, (tokens, what) => {
      if (!tokens) return clearTimeout(this.#timer);
      this.#pauses.end();
      if (what === resource) this.#schedule(tokens.untilRefresh);
    });
    globalThis.addEventListener?.('online', () => {
      const fault = this.#pauses.fault;
      // A service that has named a time keeps it.
      if (!fault || fault.retryAfter) return;
      this.#pauses.end();
      this.#refreshQuietly(resource);
    });
    // Back from the browser's cache, where no tab could tell it anything.
    globalThis.addEventListener?.('pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted && this.held.known) this.#refreshQuietly(resource);
    });
  }

  /** Takes over the session that the service answers a login with, or a password change. */
  begin(ask: () => Promise<TokenAnswer>, resource?: string): Promise<void> {
    // In turn: a refresh that is under way would put the old session's cookie in the place of the new one's.
    return this.held.tabs.inTurn(async () => void (await this.#adopt(own(await ask()), resource)));
  }

  logout(): Promise<void> {
    return this.held.tabs.inTurn(async () => {
      try {
        await this.#ask('refresh', 'DELETE', bodyOf(await this.#refreshToken()));
      } catch (error) {
        // What has ended already needs no logout.
        if (!(error as HandstampError).definitive) throw error;
      }
      await this.end();
    });
  }

  async end(code?: HandstampErrorCode): Promise<void> {
    this.held.end(code);
    await this.#storage?.set(null);
  }

  /** Tokens that are good; `lasting` ones for a request that can't be sent again. */
  async current(resource = this.#resource, lasting?: boolean): Promise<Tokens> {
    if (this.held.known === null) throw signedOut();
    const tokens = this.held.byResource.get(resource);
    if (!tokens || tokens.left <= 0) return this.#refresh(resource);
    if (lasting && !tokens.hasLeft(0.2)) return this.#refresh(resource).catch(() => tokens);
    // A timer may come late, in a tab that nobody looks at.
    if (tokens.untilRefresh <= 0) this.#refreshQuietly(resource);
    return tokens;
  }

  /** The same for the service's own routes, which take no token that is only for an API. */
  async currentForService(): Promise<Tokens> {
    return this.current((await this.current()).foreignIssuer);
  }

  /** What the work comes to; undefined where it fails because nobody is logged in, any more or at all. */
  ifAny<T>(work: Promise<T>): Promise<T | undefined> {
    return work.catch((error) => {
      if (this.held.known !== null) throw error;
      return undefined;
    });
  }

  /** Tokens in the place of those that were refused, refreshed once for all; undefined where none would be better. */
  async after(refused: Tokens, why: Refusal): Promise<Tokens | undefined> {
    for (const [resource, tokens] of this.held.byResource)
      if (tokens === refused) {
        if (!this.#refreshing.has(resource) && tokens.isBest(why)) return undefined;
        return this.#refresh(resource, !why.expired);
      }
    return this.current();
  }

  #refreshQuietly(resource?: string): void {
    // The caller that needs the token gets the failure, and so does onChange.
    this.#refresh(resource).catch(() => undefined);
  }

  /** Once for all who need it. */
  async #refresh(resource: string | undefined, renewed?: boolean): Promise<Tokens> {
    const fault = this.#pauses.fault;
    if (fault) throw fault;
    let refreshing = this.#refreshing.get(resource);
    if (!refreshing) {
      refreshing = this.#refreshPatiently(resource, renewed).finally(() => this.#refreshing.delete(resource));
      this.#refreshing.set(resource, refreshing);
    }
    return refreshing;
  }

  async #refreshPatiently(resource: string | undefined, renewed?: boolean): Promise<Tokens> {
    const old = this.held.byResource.get(resource);
    for (let tries = 1; ; tries++) {
      try {
        // One at a time, here and in the other tabs.
        return await this.held.tabs.inTurn(() => this.#refreshInTurn(resource, renewed, old));
      } catch (fault) {
        const error = fault as HandstampError;
        if (error.definitive) throw error;
        if (tries === mostTries || !worthAnother.includes(error.code)) {
          this.#pauses.grow(error);
          if (resource === this.#resource) this.#schedule(this.#pauses.left);
          throw error;
        }
        // Not in turn: a login, a logout and the other tabs need not wait for that.
        if (this.held.byResource.get(resource) === old) await this.held.untilNews(error.retryAfter);
      }
    }
  }

  async #refreshInTurn(
    resource: string | undefined,
    renewed: boolean | undefined,
    old: Tokens | undefined,
  ): Promise<Tokens> {
    const known = this.held.known;
    const tokens = this.held.byResource.get(resource);
    // Another tab may have been quicker.
    if (known === null) throw signedOut();
    if (tokens && tokens !== old) return tokens;

    const shown = await this.#refreshToken();
    const isNewest = async () =>
      this.held.known === known &&
      this.held.byResource.get(resource) === tokens &&
      (await this.#storage?.get()) === shown;
    try {
      const answer = await this.#askForTokens(shown, resource);
      if (!(await isNewest())) throw superseded();
      return await this.#adopt(answer, resource, renewed);
    } catch (fault) {
      const refusal = fault as HandstampError;
      // A session that is older than the key: the browser has its cookie, and no longer the key that it is bound to.
      const error =
        !old && refusal.code === 'dpop_proof_invalid' && this.#dpop?.isNew ? failure(refusal.code, true) : refusal;
      if (!error.definitive) throw error;
      if (!(await isNewest())) throw superseded();
      await this.end(nobody.includes(error.code) ? undefined : error.code);
      throw error;
    }
  }

  async #askForTokens(shown: string | undefined, resource: string | undefined): Promise<TokenAnswer> {
    const begun = now();
    const body = bodyOf(shown, resource);
    const answer = own(await this.#ask<TokenAnswer>('refresh', 'POST', body, this.#proving, this.held.patience));
    // After a sleep, or where the window was not known, it comes too late to be safe.
    if (since(begun) > issued(answer).told.patience) throw timedOut();
    return answer;
  }

  /** Nothing, where a cookie carries it. */
  async #refreshToken(): Promise<string | undefined> {
    if (!this.#storage) return undefined;
    const token = await this.#storage.get();
    if (token) return token;
    await this.end();
    throw signedOut();
  }

  async #adopt(answer: TokenAnswer, resource: string | undefined, renewed?: boolean): Promise<Tokens> {
    const tokens = issued(answer, renewed);
    if (answer.session_id === this.held.over) throw signedOut();
    // First of all: what is used next has to outlive this program.
    if (answer.refresh_token) await this.#storage?.set(answer.refresh_token);
    this.held.share(tokens, resource);
    return tokens;
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    // Timers take whole milliseconds, and one that comes a fraction early would meet the pause that it waits for.
    this.#timer = setTimeout(() => this.#refreshQuietly(this.#resource), Math.ceil(milliseconds) + 1);
    // Node: a token to refresh is no reason to live on.
    (this.#timer as { unref?(): void }).unref?.();
  }
}

/** The body of a refresh: none, where a cookie is enough. */
const bodyOf = (refreshToken: string | undefined, resource?: string): object | undefined =>
  refreshToken || resource ? { refresh_token: refreshToken, resource } : undefined;
