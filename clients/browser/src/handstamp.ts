import { HandstampError, type HandstampErrorCode, readError } from './errors.js';
import { Pauses } from './pauses.js';
import { type Message, noTabs, openTabs, type Tabs } from './tabs.js';
import { type TokenAnswer, Tokens } from './tokens.js';

/** A request is given up after so long. The service forgives what takes at most its retry window, 30 s. */
const patience = 10_000;
const supersededTries = 4;

const signedOut = () => new HandstampError('signed_out', 'Nobody is logged in.', true);

/** An account, as `GET /me` tells it. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  readonly created_at: string;
}

/** A device on which the account is logged in, as `GET /sessions` tells it. */
export interface Device {
  readonly id: string;
  readonly current: boolean;
  readonly device_name?: string;
  readonly user_agent?: string;
  readonly ip_address?: string;
  readonly transport: 'body' | 'cookie';
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
}

/** The devices of whoever is logged in. */
export interface Devices {
  list(): Promise<readonly Device[]>;
  /** Names a device; `null` takes its name away. */
  rename(id: string, name: string | null): Promise<void>;
  /** Logs a device out. */
  end(id: string): Promise<void>;
}

/** Where the refresh token is kept when no cookie carries it. */
export interface TokenStorage {
  get(): Promise<string | null | undefined> | string | null | undefined;
  /** `null` takes it away. Must be done before it returns: a token that is lost here ends with its session. */
  set(refreshToken: string | null): Promise<void> | void;
}

/** Whether somebody is logged in. */
export interface Change {
  readonly sessionId: string | null;
  /** Why the session has ended, unless somebody logged out. */
  readonly code: HandstampErrorCode | undefined;
}

export interface HandstampOptions {
  /** Where the service is, its base path included. */
  readonly url: string | URL;
  /** Origins, besides the page's and the service's own, that get the access token. */
  readonly apis?: readonly string[];
  /** For where there are no cookies (Node, Deno, React Native). Left out, a cookie carries the refresh token. */
  readonly storage?: TokenStorage;
  /** What sends the requests. */
  readonly fetch?: typeof fetch;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Handstamp {
  /** Makes an account. Logs nobody in. */
  register(credentials: Credentials): Promise<void>;
  login(credentials: Credentials & { readonly deviceName?: string }): Promise<void>;
  /** Ends this session. Rejects when the service can't be reached: the session is not over then. */
  logout(): Promise<void>;
  /** Ends all of the account's sessions, on all devices. */
  logoutEverywhere(): Promise<void>;
  /** Who is logged in. */
  user(): Promise<User | null>;
  readonly sessions: Devices;
  /**
   * Calls back when it becomes known who is logged in, and when that changes, in this tab or another.
   * Returns what ends it.
   */
  onChange(listener: (change: Change) => void): () => void;
  /**
   * As the global one; requests to the page's origin, the service's and `apis` carry the access token, if somebody is
   * logged in. If the API says that it has expired, it is refreshed and the request sent once more.
   */
  readonly fetch: typeof fetch;
  /** A token that is valid, for other transports. Rejects with `signed_out` when nobody is logged in. */
  getAccessToken(): Promise<string>;
}

/** Asks nobody anything until it is used. */
export function createHandstamp(options: HandstampOptions): Handstamp {
  return new Client(options);
}

class Client implements Handstamp {
  readonly #url: URL;
  readonly #trusted: ReadonlySet<string>;
  readonly #storage: TokenStorage | undefined;
  readonly #send: typeof fetch;
  readonly #tabs: Tabs;
  readonly #pauses = new Pauses();
  readonly #listeners = new Set<(change: Change) => void>();
  #tokens: Tokens | undefined;
  /** The session that is known: null when nobody is logged in, undefined before anybody has asked. */
  #known: string | null | undefined;
  #ended: string | undefined;
  #refreshing: Promise<Tokens> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, apis = [], storage, fetch: send = (...call) => fetch(...call) }: HandstampOptions) {
    const page = globalThis.location?.href;
    this.#url = new URL(url, page);
    if (!this.#url.pathname.endsWith('/')) this.#url.pathname += '/';
    this.#trusted = new Set([this.#url.href, ...apis, ...(page ? [page] : [])].map((each) => new URL(each).origin));
    this.#storage = storage;
    this.#send = send;
    this.#tabs = storage ? noTabs() : openTabs(`handstamp ${this.#url.href}`, (message) => this.#hear(message));
    globalThis.addEventListener?.('online', () => this.#comeBack());
    // Back from the browser's cache, where no tab could tell it anything.
    globalThis.addEventListener?.('pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted && this.#known) this.#refreshQuietly();
    });
  }

  readonly sessions: Devices = {
    list: async () => (await this.#askAsUser<{ sessions: Device[] }>('sessions')).sessions,
    rename: (id, name) => this.#askAsUser(`sessions/${id}`, 'PATCH', { device_name: name }),
    end: async (id) => {
      await this.#askAsUser(`sessions/${id}`, 'DELETE');
      if (id === this.#known) await this.#end();
    },
  };

  async register(credentials: Credentials): Promise<void> {
    await this.#ask('register', 'POST', credentials);
  }

  login({ email, password, deviceName }: Credentials & { readonly deviceName?: string }): Promise<void> {
    const transport = this.#storage ? 'body' : 'cookie';
    return this.#tabs.inTurn(async () => {
      const answer = await this.#ask<TokenAnswer>('login', 'POST', {
        email,
        password,
        device_name: deviceName,
        transport,
      });
      await this.#adopt(answer);
    });
  }

  logout(): Promise<void> {
    return this.#tabs.inTurn(async () => {
      try {
        await this.#ask('refresh', 'DELETE', await this.#refreshToken());
      } catch (error) {
        // What has ended already needs no logout.
        if (!(error as HandstampError).definitive) throw error;
      }
      await this.#end();
    });
  }

  async logoutEverywhere(): Promise<void> {
    await this.#askAsUser('logout/all', 'POST');
    await this.#end();
  }

  async user(): Promise<User | null> {
    try {
      return await this.#askAsUser<User>('me');
    } catch (error) {
      if (this.#known === null) return null;
      throw error;
    }
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const tokens = this.#mayHaveToken(request) ? await this.#currentIfAny() : undefined;
    if (!tokens) return this.#send(request);

    const again = request.clone();
    const answer = await this.#send(bearing(request, tokens));
    // A token that has hardly lived: the API's clock is wrong, and another token would not help.
    if (!saysExpired(answer) || tokens.isFresh) return answer;
    // Once: what comes now is the caller's.
    return this.#send(bearing(again, await this.#after(tokens)));
  };

  async getAccessToken(): Promise<string> {
    return (await this.#current()).accessToken;
  }

  #mayHaveToken(request: Request): boolean {
    return this.#trusted.has(new URL(request.url).origin) && !request.headers.has('authorization');
  }

  async #currentIfAny(): Promise<Tokens | undefined> {
    try {
      return await this.#current();
    } catch (error) {
      if (this.#known === null) return undefined;
      throw error;
    }
  }

  async #current(): Promise<Tokens> {
    if (this.#known === null) throw signedOut();
    const tokens = this.#tokens;
    if (!tokens || tokens.left <= 0) return this.#refresh();
    // A timer may come late, in a tab that nobody looks at.
    if (tokens.untilRefresh <= 0) this.#refreshQuietly();
    return tokens;
  }

  async #after(refused: Tokens): Promise<Tokens> {
    return this.#tokens === refused ? this.#refresh() : this.#current();
  }

  #refreshQuietly(): void {
    // Whoever needs the token hears of the failure, and so does onChange.
    this.#refresh().catch(() => undefined);
  }

  /** One at a time, here and in the other tabs. */
  #refresh(): Promise<Tokens> {
    const fault = this.#pauses.fault;
    if (fault) return Promise.reject(fault);
    const old = this.#tokens;
    return (this.#refreshing ??= this.#tabs
      .inTurn(() => this.#refreshInTurn(old))
      .finally(() => (this.#refreshing = undefined)));
  }

  async #refreshInTurn(old: Tokens | undefined): Promise<Tokens> {
    for (let tries = 1; ; tries++) {
      // Another tab may have been quicker.
      if (this.#known === null) throw signedOut();
      if (this.#tokens && this.#tokens !== old) return this.#tokens;

      try {
        return await this.#adopt(await this.#ask<TokenAnswer>('refresh', 'POST', await this.#refreshToken()));
      } catch (fault) {
        const error = fault as HandstampError;
        if (error.code === 'refresh_token_superseded' && tries < supersededTries) {
          // A newer token is in the jar, or about to be.
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
        } else if (!error.definitive) {
          this.#pauses.grow(error);
          this.#schedule(this.#pauses.left);
          throw error;
        } else if (this.#tokens === old) {
          // A visitor, whose session could not end.
          await this.#end(error.code === 'refresh_token_missing' ? undefined : error.code);
          throw error;
        }
      }
    }
  }

  #comeBack(): void {
    // A service that has named a time keeps it.
    if (this.#pauses.fault?.code !== 'network') return;
    this.#pauses.end();
    this.#refreshQuietly();
  }

  /** What shows the refresh token: nothing, where the cookie does. */
  async #refreshToken(): Promise<{ refresh_token: string } | undefined> {
    if (!this.#storage) return undefined;
    const token = await this.#storage.get();
    if (token) return { refresh_token: token };
    await this.#end();
    throw signedOut();
  }

  async #adopt(answer: TokenAnswer): Promise<Tokens> {
    // First of all: what is used next has to outlive this program.
    if (answer.refresh_token) await this.#storage?.set(answer.refresh_token);
    const tokens = Tokens.issued(answer);
    this.#take(tokens);
    this.#tabs.tell({ tokens: tokens.handover });
    return tokens;
  }

  async #end(code?: HandstampErrorCode): Promise<void> {
    if (this.#known) this.#tabs.tell({ ended: this.#known, code });
    this.#drop(code);
    await this.#storage?.set(null);
  }

  #hear(message: Message): void {
    if (!('tokens' in message)) {
      if (message.ended === this.#known) this.#drop(message.code);
    } else if (message.tokens.sessionId !== this.#ended) {
      this.#take(new Tokens(message.tokens));
    }
  }

  #take(tokens: Tokens): void {
    this.#tokens = tokens;
    this.#pauses.end();
    this.#schedule(tokens.untilRefresh);
    this.#announce(tokens.sessionId);
  }

  #drop(code?: HandstampErrorCode): void {
    // A late answer must not bring it back.
    if (this.#known) this.#ended = this.#known;
    this.#tokens = undefined;
    clearTimeout(this.#timer);
    this.#announce(null, code);
  }

  #announce(sessionId: string | null, code?: HandstampErrorCode): void {
    if (this.#known === sessionId) return;
    this.#known = sessionId;
    for (const listener of this.#listeners) listener({ sessionId, code });
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refreshQuietly(), milliseconds);
    // Node: a token to refresh is no reason to live on.
    (this.#timer as { unref?(): void }).unref?.();
  }

  async #askAsUser<T = void>(path: string, method = 'GET', body?: object): Promise<T> {
    await this.#current();
    return this.#ask(path, method, body, this.fetch);
  }

  async #ask<T>(path: string, method: string, body?: object, send = this.#send): Promise<T> {
    const hurry = new AbortController();
    const timer = setTimeout(() => hurry.abort(), patience);
    try {
      const answer = await send(new URL(path, this.#url), {
        method,
        // The answer to a logout takes the cookie away.
        credentials: this.#storage ? 'omit' : 'include',
        cache: 'no-store',
        signal: hurry.signal,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      if (!answer.ok) throw await readError(answer);
      return (answer.status === 204 ? undefined : await answer.json()) as T;
    } catch (fault) {
      throw fault instanceof HandstampError ? fault : asError(fault, hurry.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }
}

function asError(fault: unknown, late: boolean): HandstampError {
  if (late) return new HandstampError('timeout', 'The service did not answer in time.', false);
  return fault instanceof SyntaxError
    ? new HandstampError('unexpected_answer', 'That was no answer of the service.', false)
    : new HandstampError('network', 'The service could not be reached.', false);
}

function bearing(request: Request, tokens: Tokens): Request {
  request.headers.set('authorization', `Bearer ${tokens.accessToken}`);
  return request;
}

// RFC 6750 §3: the description is for people, but "expired" is what all of them say.
function saysExpired(answer: Response): boolean {
  return answer.status === 401 && /expired/i.test(answer.headers.get('www-authenticate') ?? '');
}
