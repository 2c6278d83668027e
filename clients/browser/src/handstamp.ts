import { failure, type HandstampError } from './errors.js';
import { own } from './own.js';
import { type Draft, draft, holding, orAborted, refusalOf } from './requests.js';
import { type Ask, createAsk } from './service.js';
import { Session } from './session.js';
import type { TokenAnswer, Tokens } from './tokens.js';
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
    // The answer to a logout removes the cookie.
    this.#ask = createAsk(address, storage ? 'omit' : 'include', send);
    this.#trusted = new Set([address, page ?? address, ...apis].map((each) => new URL(each).origin));
    this.#terms = { transport: storage ? 'body' : 'cookie', resource };
    this.#send = send;
    this.#dpop = dpop;
    this.#session = new Session(`handstamp ${address.href}`, this.#ask, storage, resource, dpop, this.#proving);
  }

  readonly sessions: Devices = {
    list: async () => (await this.call<{ sessions: Device[] }>('sessions')).sessions,
    rename: async (id, name) => this.call(pathOf(id), 'PATCH', { device_name: name }),
    end: async (id) => {
      await this.call(pathOf(id), 'DELETE');
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
    const body = { ...request, ...this.#terms };
    return this.#session.begin(() => this.#ask(route, 'POST', body, this.#proving), body.resource);
  }

  changePassword({ currentPassword, newPassword }: PasswordChange): Promise<void> {
    const change = { current_password: currentPassword, new_password: newPassword };
    return this.#asUser((send) =>
      this.#session.begin(() => this.#ask<TokenAnswer>('password/change', 'POST', change, send)),
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
    const tokens = this.#mayHaveToken(once)
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

  readonly #proving: typeof fetch = (input, init) => {
    const { once, again } = draft(input, init);
    return holding(once, this.#dpop ? this.#dpop.send(once, this.#send, undefined, again) : this.#send(once));
  };

  #sendWith(tokens: Tokens, request: Request, again: Draft['again']): Promise<Response> {
    if (tokens.told.bound && this.#dpop) return this.#dpop.send(request, this.#send, tokens.told.accessToken, again);
    request.headers.set('authorization', `Bearer ${tokens.told.accessToken}`);
    return holding(request, this.#send(request));
  }

  async getAccessToken(): Promise<string> {
    return (await this.#session.current()).told.accessToken;
  }

  #mayHaveToken(request: Request): boolean {
    return this.#trusted.has(new URL(request.url).origin) && !request.headers.has('authorization');
  }

  /** Repeats the call if the service says that other tokens may be accepted. */
  async #asUser<T>(work: (send: typeof fetch) => Promise<T>): Promise<T> {
    const workWith = (tokens: Tokens) =>
      work((input, init) => {
        const { once, again } = draft(input, init);
        return this.#sendWith(tokens, once, again);
      });
    const tokens = await this.#session.currentForService();
    try {
      return await workWith(tokens);
    } catch (fault) {
      const { definitive, code } = fault as HandstampError;
      const why = refusalOf(definitive ? 'outdated' : code);
      if (!why || !(await this.#session.after(tokens, why))) throw fault;
      return workWith(await this.#session.currentForService());
    }
  }
}

/** The path of a device, which cannot lead to another route. */
function pathOf(id: string): string {
  if (/^[\da-f-]{36}$/i.test(id)) return `sessions/${id}`;
  throw failure('session_not_found');
}
