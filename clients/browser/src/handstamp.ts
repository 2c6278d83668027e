import { now, since } from './clock.js';
import { HandstampError, type HandstampErrorCode } from './errors.js';
import { Pauses } from './pauses.js';
import { Service, timedOut } from './service.js';
import { type Message, noTabs, openTabs, type Tabs } from './tabs.js';
import { longestGap, patienceOf, type TokenAnswer, Tokens } from './tokens.js';
import type {
  Change,
  Credentials,
  Device,
  Devices,
  Handstamp,
  HandstampOptions,
  KeyBinding,
  LoginRequest,
  PasswordChange,
  TokenStorage,
  User,
} from './types.js';

const mostTries = 4;

/** Codes of refusals that another attempt may well not get. */
const worthAnother: readonly string[] = ['refresh_token_superseded', 'dpop_proof_invalid'];

/** Codes that tell of no session's end. */
const nobody: readonly string[] = ['refresh_token_missing', 'signed_out'];

const lostKey = () => new HandstampError('dpop_proof_invalid', 'The key of the session is lost.', true);
const superseded = () => new HandstampError('refresh_token_superseded', 'Another was quicker.', false);
const signedOut = () => new HandstampError('signed_out', 'Nobody is logged in.', true);

/** Asks nobody anything until it is used. */
export function createHandstamp(options: HandstampOptions): Handstamp {
  return new Client(options);
}

class Client implements Handstamp {
  readonly #service: Service;
  readonly #trusted: ReadonlySet<string>;
  readonly #storage: TokenStorage | undefined;
  readonly #resource: string | undefined;
  readonly #send: typeof fetch;
  readonly #dpop: KeyBinding | undefined;
  readonly #tabs: Tabs;
  readonly #pauses = new Pauses();
  readonly #listeners = new Set<(change: Change) => void>();
  /** By what they are for: the app's resource, and the service's own routes where those want another. */
  readonly #tokens = new Map<string | undefined, Tokens>();
  readonly #refreshing = new Map<string | undefined, Promise<Tokens>>();
  /** Who waits for the end of a quiet gap, and goes on at once when there is news. */
  readonly #waiting = new Set<() => void>();
  /** The session that is known: null when nobody is logged in, undefined before anybody has asked. */
  #known: string | null | undefined;
  #ended: string | undefined;
  /** How long a refresh may take, as far as the service's window is known. */
  #patience = patienceOf({});
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({
    url,
    apis = [],
    storage,
    dpop,
    resource,
    fetch: send = (...call) => fetch(...call),
  }: HandstampOptions) {
    const page = globalThis.location?.href;
    const address = new URL(url, page);
    if (!address.pathname.endsWith('/')) address.pathname += '/';
    // The answer to a logout takes the cookie away.
    this.#service = new Service(address, storage ? 'omit' : 'include', send);
    this.#trusted = new Set([address.href, ...apis, ...(page ? [page] : [])].map((each) => new URL(each).origin));
    this.#storage = storage;
    this.#resource = resource;
    this.#send = send;
    this.#dpop = dpop;
    this.#tabs = storage ? noTabs() : openTabs(`handstamp ${address.href}`, (message) => this.#hear(message));
    globalThis.addEventListener?.('online', () => this.#comeBack());
    // Back from the browser's cache, where no tab could tell it anything.
    globalThis.addEventListener?.('pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted && this.#known) this.#refreshQuietly(this.#resource);
    });
  }

  readonly sessions: Devices = {
    list: async () => (await this.#askAsUser<{ sessions: Device[] }>('sessions')).sessions,
    rename: async (id, name) => this.#askAsUser(pathOf(id), 'PATCH', { device_name: name }),
    end: async (id) => {
      await this.#askAsUser(pathOf(id), 'DELETE');
      if (id === this.#known) await this.#end();
    },
  };

  async register(credentials: Credentials): Promise<void> {
    await this.#service.ask('register', 'POST', credentials);
  }

  login({ email, password, deviceName }: LoginRequest): Promise<void> {
    const transport = this.#storage ? 'body' : 'cookie';
    return this.#tabs.inTurn(async () => {
      const request = { email, password, device_name: deviceName, transport, resource: this.#resource };
      await this.#adopt(await this.#service.ask('login', 'POST', request, this.#proving), this.#resource);
    });
  }

  changePassword({ currentPassword, newPassword }: PasswordChange): Promise<void> {
    const change = { current_password: currentPassword, new_password: newPassword };
    // In turn: a refresh that is under way would put the old session's cookie in the place of the new one's.
    const changeInTurn = (send: typeof fetch) =>
      this.#tabs.inTurn(async () => {
        await this.#adopt(await this.#service.ask('password/change', 'POST', change, send), undefined);
      });
    return this.#asUser(changeInTurn);
  }

  logout(): Promise<void> {
    return this.#tabs.inTurn(async () => {
      try {
        await this.#service.ask('refresh', 'DELETE', bodyOf(await this.#refreshToken()));
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
    const tokens = this.#mayHaveToken(request) ? await orAborted(this.#currentIfAny(), request.signal) : undefined;
    if (!tokens) return this.#send(request);

    const again = request.clone();
    const answer = await this.#sendWith(tokens, request);
    // A token that has hardly lived: the API's clock is wrong, and another token would not help.
    if (!saysExpired(answer) || tokens.isFresh) return answer;
    // Once: what comes now is the caller's.
    return this.#sendWith(await orAborted(this.#after(tokens), request.signal), again);
  };

  /** As the service's routes for tokens want it: with a proof, if sessions are bound. */
  readonly #proving: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    return this.#dpop ? this.#dpop.send(request, this.#send) : this.#send(request);
  };

  #sendWith(tokens: Tokens, request: Request): Promise<Response> {
    if (tokens.bound && this.#dpop) return this.#dpop.send(request, this.#send, tokens.accessToken);
    request.headers.set('authorization', `Bearer ${tokens.accessToken}`);
    return this.#send(request);
  }

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

  async #current(resource = this.#resource): Promise<Tokens> {
    if (this.#known === null) throw signedOut();
    const tokens = this.#tokens.get(resource);
    if (!tokens || tokens.left <= 0) return this.#refresh(resource);
    // A timer may come late, in a tab that nobody looks at.
    if (tokens.untilRefresh <= 0) this.#refreshQuietly(resource);
    return tokens;
  }

  /** The same for the service's own routes, which take no token that is only for an API. */
  async #currentForService(): Promise<Tokens> {
    const tokens = await this.#current();
    return tokens.foreignIssuer ? this.#current(tokens.foreignIssuer) : tokens;
  }

  async #after(refused: Tokens): Promise<Tokens> {
    for (const [resource, tokens] of this.#tokens) if (tokens === refused) return this.#refresh(resource);
    return this.#current();
  }

  #refreshQuietly(resource?: string): void {
    // Whoever needs the token hears of the failure, and so does onChange.
    this.#refresh(resource).catch(() => undefined);
  }

  /** Once for all who need it. */
  #refresh(resource: string | undefined): Promise<Tokens> {
    const fault = this.#pauses.fault;
    if (fault) return Promise.reject(fault);
    let refreshing = this.#refreshing.get(resource);
    if (!refreshing) {
      refreshing = this.#refreshPatiently(resource).finally(() => this.#refreshing.delete(resource));
      this.#refreshing.set(resource, refreshing);
    }
    return refreshing;
  }

  async #refreshPatiently(resource: string | undefined): Promise<Tokens> {
    const old = this.#tokens.get(resource);
    for (let tries = 1; ; tries++) {
      try {
        // One at a time, here and in the other tabs.
        return await this.#tabs.inTurn(() => this.#refreshInTurn(resource, old));
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

  async #refreshInTurn(resource: string | undefined, old: Tokens | undefined): Promise<Tokens> {
    const known = this.#known;
    const tokens = this.#tokens.get(resource);
    // Another tab may have been quicker.
    if (known === null) throw signedOut();
    if (tokens && tokens !== old) return tokens;

    const shown = await this.#refreshToken();
    const isNewest = async () =>
      this.#known === known && this.#tokens.get(resource) === tokens && (await this.#storage?.get()) === shown;
    try {
      const answer = await this.#askForTokens(shown, resource);
      if (!(await isNewest())) throw superseded();
      return await this.#adopt(answer, resource);
    } catch (fault) {
      const refusal = fault as HandstampError;
      const error = !old && this.#hasLostKey(refusal) ? lostKey() : refusal;
      if (!error.definitive) throw error;
      if (!(await isNewest())) throw superseded();
      await this.#end(nobody.includes(error.code) ? undefined : error.code);
      throw error;
    }
  }

  async #askForTokens(shown: string | undefined, resource: string | undefined): Promise<TokenAnswer> {
    const begun = now();
    const body = bodyOf(shown, resource);
    const answer = await this.#service.ask<TokenAnswer>('refresh', 'POST', body, this.#proving, this.#patience);
    // After a sleep, or where the window was not known, it comes too late to be safe.
    if (since(begun) > patienceOf(answer)) throw timedOut();
    return answer;
  }

  /** Waits for so many seconds, but no longer than for the end of a gap, or for the tokens of another tab. */
  #waitForNews(seconds = 0): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      setTimeout(resolve, Math.min(seconds * 1000, longestGap));
    });
  }

  /** The session is older than the key: the browser still has its cookie, and no longer the key it is bound to. */
  #hasLostKey(error: HandstampError): boolean {
    return error.code === 'dpop_proof_invalid' && !!this.#dpop?.isNew;
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
    await this.#end();
    throw signedOut();
  }

  async #adopt(answer: TokenAnswer, resource: string | undefined): Promise<Tokens> {
    // A late answer must not bring back what another tab has ended.
    if (answer.session_id === this.#ended) throw signedOut();
    // First of all: what is used next has to outlive this program.
    if (answer.refresh_token) await this.#storage?.set(answer.refresh_token);
    const tokens = Tokens.issued(answer);
    this.#take(tokens, resource);
    this.#tabs.tell({ tokens: tokens.handover, resource });
    return tokens;
  }

  async #end(code?: HandstampErrorCode): Promise<void> {
    if (this.#known) this.#tabs.tell({ ended: this.#known, code });
    this.#drop(code);
    await this.#storage?.set(null);
  }

  #hear(message: Message): void {
    if (!('tokens' in message)) {
      this.#ended = message.ended;
      if (message.ended === this.#known) this.#drop(message.code);
    } else if (message.tokens.sessionId !== this.#ended) {
      this.#take(new Tokens(message.tokens), message.resource);
    }
  }

  #take(tokens: Tokens, resource: string | undefined): void {
    // Those of another session have ended with it.
    if (tokens.sessionId !== this.#known) this.#tokens.clear();
    this.#tokens.set(resource, tokens);
    this.#patience = tokens.patience;
    this.#pauses.end();
    if (resource === this.#resource) this.#schedule(tokens.untilRefresh);
    this.#tellNews();
    this.#announce(tokens.sessionId);
  }

  #drop(code?: HandstampErrorCode): void {
    if (this.#known) this.#ended = this.#known;
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
    if (this.#known === sessionId) return;
    this.#known = sessionId;
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

  #askAsUser<T = void>(path: string, method = 'GET', body?: object): Promise<T> {
    return this.#asUser((send) => this.#service.ask<T>(path, method, body, send));
  }

  /** Does it once more if the service says that the token has expired. */
  async #asUser<T>(work: (send: typeof fetch) => Promise<T>): Promise<T> {
    const workWith = (tokens: Tokens) => work((input, init) => this.#sendWith(tokens, new Request(input, init)));
    const tokens = await this.#currentForService();
    try {
      return await workWith(tokens);
    } catch (fault) {
      if ((fault as HandstampError).code !== 'access_token_expired' || tokens.isFresh) throw fault;
      await this.#after(tokens);
      return workWith(await this.#currentForService());
    }
  }
}

/** The body of a refresh: none, where a cookie is enough. */
const bodyOf = (refreshToken: string | undefined, resource?: string): object | undefined =>
  refreshToken || resource ? { refresh_token: refreshToken, resource } : undefined;

/** A path of a device, and of nothing else. */
function pathOf(id: string): string {
  if (/^[\da-f-]{36}$/i.test(id)) return `sessions/${id}`;
  throw new HandstampError('session_not_found', 'There is no such session.', false);
}

/** A caller that stops waiting stops no other's refresh. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
    }),
  ]);

// RFC 6750 §3: the description is for people, but "expired" is what all of them say.
function saysExpired(answer: Response): boolean {
  return answer.status === 401 && /expired/i.test(answer.headers.get('www-authenticate') ?? '');
}
