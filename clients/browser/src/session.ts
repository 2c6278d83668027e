import { now, since } from './clock.js';
import { failure, type HandstampError, type HandstampErrorCode } from './errors.js';
import { own } from './own.js';
import { Pauses } from './pauses.js';
import type { Refusal } from './requests.js';
import { type Service, timedOut } from './service.js';
import { type Message, noTabs, openTabs, type Tabs } from './tabs.js';
import { issued, longestGap, patienceOf, type TokenAnswer, Tokens } from './tokens.js';
import type { Change, KeyBinding, TokenStorage } from './types.js';

const mostTries = 4;

/** Codes of refusals that another attempt may well not get. */
const worthAnother: readonly string[] = ['refresh_token_superseded', 'dpop_proof_invalid'];

/** Codes that tell of no session's end. */
const nobody: readonly string[] = ['refresh_token_missing', 'signed_out'];

const lostKey = () => failure('dpop_proof_invalid', true);
const superseded = () => failure('refresh_token_superseded');
const signedOut = () => failure('signed_out', true, 'Nobody is logged in.');

/** Keeps the access tokens, and a session alive as long as it may live. */
export class Session {
  readonly #service: Service;
  readonly #storage: TokenStorage | undefined;
  readonly #resource: string | undefined;
  readonly #dpop: KeyBinding | undefined;
  /** As the service's routes for tokens want it: with a proof, if sessions are bound. */
  readonly #proving: typeof fetch;
  readonly #tabs: Tabs;
  readonly #pauses = new Pauses();
  readonly #listeners = new Set<(change: Change) => void>();
  /** By what they are for: the app's resource, and the service's own routes where those want another. */
  readonly #tokens = new Map<string | undefined, Tokens>();
  readonly #refreshing = new Map<string | undefined, Promise<Tokens>>();
  /** Who waits for the end of a quiet gap, and goes on at once when there is news. */
  readonly #waiting = new Set<() => void>();
  /** How long a refresh may take, as far as the service's window is known. */
  #patience = patienceOf({});
  #ended: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The session that is known: null when nobody is logged in, undefined before anybody has asked. */
  known: string | null | undefined;

  constructor(
    name: string,
    service: Service,
    storage: TokenStorage | undefined,
    resource: string | undefined,
    dpop: KeyBinding | undefined,
    proving: typeof fetch,
  ) {
    this.#service = service;
    this.#storage = storage;
    this.#resource = resource;
    this.#dpop = dpop;
    this.#proving = proving;
    this.#tabs = storage ? noTabs() : openTabs(name, (message) => this.#hear(message));
    globalThis.addEventListener?.('online', () => this.#comeBack());
    // Back from the browser's cache, where no tab could tell it anything.
    globalThis.addEventListener?.('pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted && this.known) this.#refreshQuietly(this.#resource);
    });
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over the session that the service answers a login with, or a password change. */
  begin(ask: () => Promise<TokenAnswer>, resource?: string): Promise<void> {
    // In turn: a refresh that is under way would put the old session's cookie in the place of the new one's.
    return this.#tabs.inTurn(async () => void (await this.#adopt(own(await ask()), resource)));
  }

  logout(): Promise<void> {
    return this.#tabs.inTurn(async () => {
      try {
        await this.#service.ask('refresh', 'DELETE', bodyOf(await this.#refreshToken()));
      } catch (error) {
        // What has ended already needs no logout.
        if (!(error as HandstampError).definitive) throw error;
      }
      await this.end();
    });
  }

  async end(code?: HandstampErrorCode): Promise<void> {
    if (this.known) this.#tabs.tell({ ended: this.known, code });
    this.#drop(code);
    await this.#storage?.set(null);
  }

  /** Tokens that are good; `lasting` ones for a request that can't be sent again. */
  async current(resource = this.#resource, lasting = false): Promise<Tokens> {
    if (this.known === null) throw signedOut();
    const tokens = this.#tokens.get(resource);
    if (!tokens || tokens.left <= 0) return this.#refresh(resource);
    if (lasting && !tokens.hasLeft(0.2)) return this.#refresh(resource).catch(() => tokens);
    // A timer may come late, in a tab that nobody looks at.
    if (tokens.untilRefresh <= 0) this.#refreshQuietly(resource);
    return tokens;
  }

  /** The same; undefined while nobody is logged in. */
  async currentIfAny(lasting: boolean): Promise<Tokens | undefined> {
    try {
      return await this.current(this.#resource, lasting);
    } catch (error) {
      if (this.known === null) return undefined;
      throw error;
    }
  }

  /** The same for the service's own routes, which take no token that is only for an API. */
  async currentForService(): Promise<Tokens> {
    const tokens = await this.current();
    return tokens.foreignIssuer ? this.current(tokens.foreignIssuer) : tokens;
  }

  /** Tokens in the place of those that were refused, refreshed once for all; undefined where none would be better. */
  async after(refused: Tokens, why: Refusal): Promise<Tokens | undefined> {
    for (const [resource, tokens] of this.#tokens)
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
  #refresh(resource: string | undefined, renewed = false): Promise<Tokens> {
    const fault = this.#pauses.fault;
    if (fault) return Promise.reject(fault);
    let refreshing = this.#refreshing.get(resource);
    if (!refreshing) {
      refreshing = this.#refreshPatiently(resource, renewed).finally(() => this.#refreshing.delete(resource));
      this.#refreshing.set(resource, refreshing);
    }
    return refreshing;
  }

  async #refreshPatiently(resource: string | undefined, renewed: boolean): Promise<Tokens> {
    const old = this.#tokens.get(resource);
    for (let tries = 1; ; tries++) {
      try {
        // One at a time, here and in the other tabs.
        return await this.#tabs.inTurn(() => this.#refreshInTurn(resource, renewed, old));
      } catch (fault) {
        const error = fault as HandstampError;
        if (error.definitive) throw error;
        if (tries === mostTries || !worthAnother.includes(error.code)) {
          this.#pauses.grow(error);
          if (resource === this.#resource) this.#schedule(this.#pauses.left);
          throw error;
        }
        // Not in turn: a login, a logout and the other tabs need not wait for that.
        if (this.#tokens.get(resource) === old) await this.#waitForNews(error.retryAfter);
      }
    }
  }

  async #refreshInTurn(resource: string | undefined, renewed: boolean, old: Tokens | undefined): Promise<Tokens> {
    const known = this.known;
    const tokens = this.#tokens.get(resource);
    // Another tab may have been quicker.
    if (known === null) throw signedOut();
    if (tokens && tokens !== old) return tokens;

    const shown = await this.#refreshToken();
    const isNewest = async () =>
      this.known === known && this.#tokens.get(resource) === tokens && (await this.#storage?.get()) === shown;
    try {
      const answer = await this.#askForTokens(shown, resource);
      if (!(await isNewest())) throw superseded();
      return await this.#adopt(answer, resource, renewed);
    } catch (fault) {
      const refusal = fault as HandstampError;
      // A session that is older than the key: the browser has its cookie, and no longer the key that it is bound to.
      const error = !old && refusal.code === 'dpop_proof_invalid' && this.#dpop?.isNew ? lostKey() : refusal;
      if (!error.definitive) throw error;
      if (!(await isNewest())) throw superseded();
      await this.end(nobody.includes(error.code) ? undefined : error.code);
      throw error;
    }
  }

  async #askForTokens(shown: string | undefined, resource: string | undefined): Promise<TokenAnswer> {
    const begun = now();
    const body = bodyOf(shown, resource);
    const answer = own(await this.#service.ask<TokenAnswer>('refresh', 'POST', body, this.#proving, this.#patience));
    // After a sleep, or where the window was not known, it comes too late to be safe.
    if (since(begun) > issued(answer, false).told.patience) throw timedOut();
    return answer;
  }

  /** Waits for so many seconds, but no longer than for the end of a gap, or for the tokens of another tab. */
  #waitForNews(seconds = 0): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      setTimeout(resolve, Math.min(seconds * 1000, longestGap));
    });
  }

  #comeBack(): void {
    const fault = this.#pauses.fault;
    // A service that has named a time keeps it.
    if (!fault || fault.retryAfter) return;
    this.#pauses.end();
    this.#refreshQuietly(this.#resource);
  }

  /** Nothing, where a cookie carries it. */
  async #refreshToken(): Promise<string | undefined> {
    if (!this.#storage) return undefined;
    const token = await this.#storage.get();
    if (token) return token;
    await this.end();
    throw signedOut();
  }

  async #adopt(answer: TokenAnswer, resource: string | undefined, renewed = false): Promise<Tokens> {
    const tokens = issued(answer, renewed);
    // A late answer must not bring back what another tab has ended.
    if (answer.session_id === this.#ended) throw signedOut();
    // First of all: what is used next has to outlive this program.
    if (answer.refresh_token) await this.#storage?.set(answer.refresh_token);
    this.#take(tokens, resource);
    this.#tabs.tell({ tokens: tokens.handover, resource });
    return tokens;
  }

  #hear(message: Message): void {
    if (!message.tokens) {
      this.#ended = message.ended;
      if (message.ended === this.known) this.#drop(message.code);
    } else if (message.tokens.sessionId !== this.#ended) {
      this.#take(new Tokens(message.tokens), message.resource);
    }
  }

  #take(tokens: Tokens, resource: string | undefined): void {
    // Those of another session have ended with it.
    if (tokens.told.sessionId !== this.known) this.#tokens.clear();
    this.#tokens.set(resource, tokens);
    this.#patience = tokens.told.patience;
    this.#pauses.end();
    if (resource === this.#resource) this.#schedule(tokens.untilRefresh);
    this.#tellNews();
    this.#announce(tokens.told.sessionId);
  }

  #drop(code?: HandstampErrorCode): void {
    if (this.known) this.#ended = this.known;
    this.#tokens.clear();
    clearTimeout(this.#timer);
    this.#tellNews();
    this.#announce(null, code);
  }

  #tellNews(): void {
    this.#waiting.forEach((goOn) => goOn());
    this.#waiting.clear();
  }

  #announce(sessionId: string | null, code?: HandstampErrorCode): void {
    if (this.known === sessionId) return;
    this.known = sessionId;
    // Later: what a listener throws is its own affair.
    for (const listener of this.#listeners) queueMicrotask(() => listener({ sessionId, code }));
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
