import { HandstampError, type HandstampErrorCode } from './errors.js';
import { Pauses } from './pauses.js';
import { Service } from './service.js';
import { type Message, noTabs, openTabs, type Tabs } from './tabs.js';
import { type TokenAnswer, Tokens } from './tokens.js';
import type {
  Change,
  Credentials,
  Device,
  Devices,
  Handstamp,
  HandstampOptions,
  KeyBinding,
  LoginRequest,
  TokenStorage,
  User,
} from './types.js';

const mostTries = 4;

/** Codes of refusals that another attempt may well not get. */
const worthAnother: readonly string[] = ['refresh_token_superseded', 'dpop_proof_invalid'];

/** Codes that tell of no session's end. */
const nobody: readonly string[] = ['refresh_token_missing', 'signed_out'];

const lostKey = () => new HandstampError('dpop_proof_invalid', 'The key of the session is lost.', true);
const signedOut = () => new HandstampError('signed_out', 'Nobody is logged in.', true);

/** Asks nobody anything until it is used. */
export function createHandstamp(options: HandstampOptions): Handstamp {
  return new Client(options);
}

class Client implements Handstamp {
  readonly #service: Service;
  readonly #trusted: ReadonlySet<string>;
  readonly #storage: TokenStorage | undefined;
  readonly #send: typeof fetch;
  readonly #dpop: KeyBinding | undefined;
  readonly #tabs: Tabs;
  readonly #pauses = new Pauses();
  readonly #listeners = new Set<(change: Change) => void>();
  #tokens: Tokens | undefined;
  /** The session that is known: null when nobody is logged in, undefined before anybody has asked. */
  #known: string | null | undefined;
  #ended: string | undefined;
  #refreshing: Promise<Tokens> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, apis = [], storage, dpop, fetch: send = (...call) => fetch(...call) }: HandstampOptions) {
    const page = globalThis.location?.href;
    const address = new URL(url, page);
    if (!address.pathname.endsWith('/')) address.pathname += '/';
    // The answer to a logout takes the cookie away.
    this.#service = new Service(address, storage ? 'omit' : 'include', send);
    this.#trusted = new Set([address.href, ...apis, ...(page ? [page] : [])].map((each) => new URL(each).origin));
    this.#storage = storage;
    this.#send = send;
    this.#dpop = dpop;
    this.#tabs = storage ? noTabs() : openTabs(`handstamp ${address.href}`, (message) => this.#hear(message));
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
    await this.#service.ask('register', 'POST', credentials);
  }

  login({ email, password, deviceName }: LoginRequest): Promise<void> {
    const transport = this.#storage ? 'body' : 'cookie';
    return this.#tabs.inTurn(async () => {
      const request = { email, password, device_name: deviceName, transport };
      await this.#adopt(await this.#service.ask<TokenAnswer>('login', 'POST', request, this.#proving));
    });
  }

  logout(): Promise<void> {
    return this.#tabs.inTurn(async () => {
      try {
        await this.#service.ask('refresh', 'DELETE', await this.#refreshToken());
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
    const answer = await this.#sendWith(tokens, request);
    // A token that has hardly lived: the API's clock is wrong, and another token would not help.
    if (!saysExpired(answer) || tokens.isFresh) return answer;
    // Once: what comes now is the caller's.
    return this.#sendWith(await this.#after(tokens), again);
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
        return await this.#adopt(await this.#askForTokens());
      } catch (fault) {
        const refusal = fault as HandstampError;
        const error = !old && this.#hasLostKey(refusal) ? lostKey() : refusal;
        if (worthAnother.includes(error.code) && !error.definitive && tries < mostTries) {
          // A newer token is in the jar, or about to be; or the request was doubled on its way, and its proof used.
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
        } else if (!error.definitive) {
          this.#pauses.grow(error);
          this.#schedule(this.#pauses.left);
          throw error;
        } else if (this.#tokens === old) {
          await this.#end(nobody.includes(error.code) ? undefined : error.code);
          throw error;
        }
      }
    }
  }

  async #askForTokens(): Promise<TokenAnswer> {
    return this.#service.ask('refresh', 'POST', await this.#refreshToken(), this.#proving);
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
    // A late answer must not bring back what another tab has ended.
    if (answer.session_id === this.#ended) throw signedOut();
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
      this.#ended = message.ended;
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
    if (this.#known) this.#ended = this.#known;
    this.#tokens = undefined;
    clearTimeout(this.#timer);
    this.#announce(null, code);
  }

  #announce(sessionId: string | null, code?: HandstampErrorCode): void {
    if (this.#known === sessionId) return;
    this.#known = sessionId;
    // Later: what a listener throws is its own affair.
    for (const listener of this.#listeners) queueMicrotask(() => listener({ sessionId, code }));
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#refreshQuietly(), milliseconds);
    // Node: a token to refresh is no reason to live on.
    (this.#timer as { unref?(): void }).unref?.();
  }

  async #askAsUser<T = void>(path: string, method = 'GET', body?: object): Promise<T> {
    await this.#current();
    return this.#service.ask(path, method, body, this.fetch);
  }
}

// RFC 6750 §3: the description is for people, but "expired" is what all of them say.
function saysExpired(answer: Response): boolean {
  return answer.status === 401 && /expired/i.test(answer.headers.get('www-authenticate') ?? '');
}
