import { stopwatch } from './clock.js';
import { failure, type HandstampError, type HandstampErrorCode } from './errors.js';
import { Held } from './held.js';
import { own } from './own.js';
import { Pauses } from './pauses.js';
import type { Refusal } from './requests.js';
import { type Ask, timedOut } from './service.js';
import { issued, type TokenAnswer, type Tokens } from './tokens.js';
import type { KeyBinding, TokenStorage } from './types.js';

/** Codes of refusals that may not occur again at another attempt. */
const worthAnother: readonly string[] = ['refresh_token_superseded', 'dpop_proof_invalid'];

/** Definitive codes that do not mean that the session has ended. */
const nobody: readonly string[] = ['refresh_token_missing', 'signed_out'];

const superseded = () => failure('refresh_token_superseded');
const signedOut = () => failure('signed_out', true, 'Nobody is logged in.');

/** Keeps the access tokens, and keeps the session alive. */
export class Session {
  readonly #ask: Ask;
  readonly #storage: TokenStorage | undefined;
  readonly #resource: string | undefined;
  readonly #dpop: KeyBinding | undefined;
  /** Sends a request to the service's token routes: with a proof, if sessions are bound. */
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
      // If the service has named a time, it applies.
      if (!fault || fault.retryAfter) return;
      this.#pauses.end();
      this.#refreshQuietly(resource);
    });
    // The page comes back from the browser's cache, where it got no messages from other tabs.
    globalThis.addEventListener?.('pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted && this.held.known) this.#refreshQuietly(resource);
    });
  }

  /** Uses the tokens of the service's answer to a login, a password change or a reauthentication. */
  begin(route: string, body: object, send: typeof fetch): Promise<void> {
    // It waits for its turn: a refresh that is under way would replace the new session's cookie by the old one's.
    return this.held.tabs.inTurn(
      async () => void (await this.#adopt(own(await this.#ask(route, 'POST', body, send)), this.#resource)),
    );
  }

  logout(): Promise<void> {
    return this.held.tabs.inTurn(async () => {
      try {
        await this.#ask('refresh', 'DELETE', bodyOf(await this.#refreshToken()));
      } catch (error) {
        // A session that has already ended needs no logout.
        if (!(error as HandstampError).definitive) throw error;
      }
      await this.end();
    });
  }

  async end(code?: HandstampErrorCode): Promise<void> {
    this.held.end(code);
    await this.#storage?.set(null);
  }

  /** Valid tokens; `lasting` ones for a request that cannot be repeated. */
  async current(resource = this.#resource, lasting?: boolean): Promise<Tokens> {
    if (this.held.known === null) throw signedOut();
    const tokens = this.held.byResource.get(resource);
    if (!tokens || tokens.left <= 0) return this.#refresh(resource);
    if (lasting && !tokens.hasLeft(0.2)) return this.#refresh(resource).catch(() => tokens);
    // In a background tab, a timer may come late.
    if (tokens.untilRefresh <= 0) this.#refreshQuietly(resource);
    return tokens;
  }

  /** The same for the service's own routes, which do not accept a token for an API. */
  async currentForService(): Promise<Tokens> {
    return this.current((await this.current()).foreignIssuer);
  }

  /** The result of the work; undefined if it fails because nobody is logged in (any more). */
  ifAny<T>(work: Promise<T>): Promise<T | undefined> {
    return work.catch((error) => {
      if (this.held.known !== null) throw error;
      return undefined;
    });
  }

  /**
   * Tokens to replace those that were refused, refreshed once for all callers; undefined if no others would be better.
   */
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

  /** Once for all callers. */
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
        // One refresh at a time, here and in the other tabs.
        return await this.held.tabs.inTurn(() => this.#refreshInTurn(resource, renewed, old));
      } catch (error: any) {
        if (error.definitive) throw error;
        if (tries === 4 || !worthAnother.includes(error.code)) {
          this.#pauses.grow(error);
          if (resource === this.#resource) this.#schedule(this.#pauses.left);
          throw error;
        }
        // Out of turn: a login, a logout and the other tabs do not have to wait for this.
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
    } catch (refusal: any) {
      // The session is older than the key: the browser has its cookie, but no longer the key that it is bound to.
      const error =
        !old && refusal.code === 'dpop_proof_invalid' && this.#dpop?.isNew ? failure(refusal.code, true) : refusal;
      if (!error.definitive) throw error;
      if (!(await isNewest())) throw superseded();
      await this.end(nobody.includes(error.code) ? undefined : error.code);
      throw error;
    }
  }

  async #askForTokens(shown: string | undefined, resource: string | undefined): Promise<TokenAnswer> {
    const passed = stopwatch();
    const body = bodyOf(shown, resource);
    const answer = own(await this.#ask<TokenAnswer>('refresh', 'POST', body, this.#proving, this.held.patience));
    // After a sleep, or if the window was not known, the answer comes too late to be safe.
    if (passed() > issued(answer).told.patience) throw timedOut();
    return answer;
  }

  /** Nothing if a cookie carries it. */
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
    // This comes first: the token that is used next has to survive this program.
    if (answer.refresh_token) await this.#storage?.set(answer.refresh_token);
    this.held.share(tokens, resource);
    return tokens;
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    // Timers take whole milliseconds. A timer that fires a fraction early would still find the pause that it waits for.
    this.#timer = setTimeout(() => this.#refreshQuietly(this.#resource), Math.ceil(milliseconds) + 1);
    // Node: a pending refresh must not keep the process running.
    (this.#timer as { unref?(): void }).unref?.();
  }
}

/** The body of a refresh: none if a cookie is enough. */
const bodyOf = (refreshToken: string | undefined, resource?: string): object | undefined =>
  refreshToken || resource ? { refresh_token: refreshToken, resource } : undefined;
