import type { HandstampError } from './errors.js';
import { own } from './own.js';
import { type Draft, draft, holding, orAborted, refusalOf } from './requests.js';
import { type Ask, createAsk, globalFetch, pathOf, placeOf } from './service.js';
import { Session } from './session.js';
import type { Tokens } from './tokens.js';
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
  User,
} from './types.js';

/** Creates a client. It sends no request until it is used. */
export function createHandstamp(options: HandstampOptions): Handstamp {
  return new Client(own(options));
}

class Client implements Handstamp {
  readonly #ask: Ask;
  readonly #session: Session;
  readonly #trusted: ReadonlySet<string>;
  /** What each login asks for. */
  readonly #terms: { transport: 'body' | 'cookie'; resource: string | undefined };
  readonly #send: typeof fetch;
  readonly #dpop: KeyBinding | undefined;

  constructor(options: HandstampOptions) {
    const { url, apis = [], storage, dpop, resource, fetch: send = globalFetch } = options;
    const address = placeOf(url);
    // The answer to a logout removes the cookie.
    this.#ask = createAsk(address, storage ? 'omit' : 'include', send);
    this.#trusted = new Set(
      [address, globalThis.location?.href ?? address, ...apis].map((each) => placeOf(each).origin),
    );
    this.#terms = { transport: storage ? 'body' : 'cookie', resource };
    this.#send = send;
    this.#dpop = dpop;
    this.#session = new Session(`handstamp ${address.href}`, this.#ask, storage, resource, dpop, this.#proving);
  }

  readonly sessions: Devices = {
    list: async () => (await this.call<{ sessions: Device[] }>('sessions')).sessions,
    rename: async (id, name) => this.call(pathOf('sessions', id), 'PATCH', { device_name: name }),
    end: async (id) => {
      await this.call(pathOf('sessions', id), 'DELETE');
      if (id === this.#session.held.known) await this.#session.end();
    },
  };

  register(credentials: Credentials): Promise<void> {
    return this.#ask('register', 'POST', credentials);
  }

  login({ email, password, deviceName }: LoginRequest): Promise<void> {
    return this.loginWith('login', { email, password, device_name: deviceName });
  }

  loginWith(route: string, request: object): Promise<void> {
    return this.#session.begin(route, { ...request, ...this.#terms }, this.#proving);
  }

  changePassword({ currentPassword, newPassword }: PasswordChange): Promise<void> {
    return this.renewWith('password/change', { current_password: currentPassword, new_password: newPassword });
  }

  renewWith(route: string, request: object): Promise<void> {
    return this.#asUser((send) =>
      this.#session.begin(route, { ...request, ...this.#terms, transport: undefined }, send),
    );
  }

  call<T = void>(path: string, method = 'GET', body?: object): Promise<T> {
    return this.#asUser((send) => this.#ask<T>(path, method, body, send));
  }

  logout(): Promise<void> {
    return this.#session.logout();
  }

  async logoutEverywhere(): Promise<void> {
    await this.call('logout/all', 'POST');
    await this.#session.end();
  }

  async user(): Promise<User | null> {
    return (await this.#session.ifAny(this.call<User>('me'))) ?? null;
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#session.held.onChange(listener);
  }

  // The caller's own Request may be the only reference to its signal.
  readonly fetch: typeof fetch = async (input, init) => holding(input, this.#fetch(draft(input, init)));

  async #fetch({ once, again }: Draft): Promise<Response> {
    const { signal } = once;
    const mayHaveToken = this.#trusted.has(new URL(once.url).origin) && !once.headers.has('authorization');
    const tokens = mayHaveToken
      ? await orAborted(this.#session.ifAny(this.#session.current(undefined, !again)), signal)
      : undefined;
    if (!tokens) return holding(once, this.#send(once));

    const answer = await this.#sendWith(tokens, once, again);
    const why = answer.status === 401 && refusalOf(answer.headers.get('www-authenticate'));
    if (!why) return answer;
    const after = this.#session.after(tokens, why).catch((error) => {
      // The session has ended, and this is the answer; or the tokens were only for the next call.
      if (again && !error.definitive) throw error;
      return undefined;
    });
    const others = await orAborted(after, signal);
    // Only once: the next answer goes to the caller.
    return others && again ? this.#sendWith(others, again(), again) : answer;
  }

  /** With the tokens; or without any, and only with a proof if sessions are bound. */
  #sending(tokens?: Tokens): typeof fetch {
    return (input, init) => {
      const { once, again } = draft(input, init);
      return this.#sendWith(tokens, once, again);
    };
  }

  readonly #proving = this.#sending();

  #sendWith(tokens: Tokens | undefined, request: Request, again: Draft['again']): Promise<Response> {
    const told = tokens?.told;
    if (this.#dpop && (!told || told.bound)) return this.#dpop.send(request, this.#send, told?.accessToken, again);
    if (told) request.headers.set('authorization', `Bearer ${told.accessToken}`);
    return holding(request, this.#send(request));
  }

  async getAccessToken(): Promise<string> {
    return (await this.#session.current()).told.accessToken;
  }

  /** Repeats the call if the service says that other tokens may be accepted. */
  async #asUser<T>(work: (send: typeof fetch) => Promise<T>): Promise<T> {
    const tokens = await this.#session.currentForService();
    try {
      return await work(this.#sending(tokens));
    } catch (fault) {
      const { definitive, code } = fault as HandstampError;
      const why = refusalOf(definitive ? 'outdated' : code);
      if (!why || !(await this.#session.after(tokens, why))) throw fault;
      return work(this.#sending(await this.#session.currentForService()));
    }
  }
}
