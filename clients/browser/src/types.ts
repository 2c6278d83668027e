import type { HandstampErrorCode } from './errors.js';

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
  /** `page`: the service's own pages. */
  readonly transport: 'body' | 'cookie' | 'page';
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

/** Where the key of a bound session is kept, if not in IndexedDB. */
export interface KeyStorage {
  get(): Promise<CryptoKeyPair | undefined> | CryptoKeyPair | undefined;
  /** Keeps the key, unless one is kept already; returns the one that is. */
  add(key: CryptoKeyPair): Promise<CryptoKeyPair> | CryptoKeyPair;
}

/** Shows with each request that this client holds a key. Made by `dpop()` of `@handstamp/browser/dpop`. */
export interface KeyBinding {
  /** Whether the key was made just now: it can't be the one that an older session is bound to. */
  readonly isNew: boolean;
  /**
   * Sends the request with a proof, for the access token if there is one; once more if the answer asks for a nonce and
   * the request can be made `again`.
   */
  send(request: Request, send: typeof fetch, accessToken?: string, again?: () => Request): Promise<Response>;
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
  /** Binds sessions to a key, so that a stolen token or cookie is worth nothing elsewhere. */
  readonly dpop?: KeyBinding;
  /**
   * What the access token is for (RFC 8707), one of the audiences that the service declares. Left out, the first of
   * them, or the service itself where it declares none.
   */
  readonly resource?: string;
  /** What sends the requests. */
  readonly fetch?: typeof fetch;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface LoginRequest extends Credentials {
  /** How the list of devices shall call this one. */
  readonly deviceName?: string;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface Handstamp {
  /** Makes an account. Logs nobody in. */
  register(credentials: Credentials): Promise<void>;
  login(request: LoginRequest): Promise<void>;
  /** Ends this session. Rejects when the service can't be reached: the session is not over then. */
  logout(): Promise<void>;
  /** Ends all of the account's sessions, on all devices. */
  logoutEverywhere(): Promise<void>;
  /**
   * Ends all of the account's sessions, on all devices, and goes on with a new one. When no answer has come the password
   * may have been changed; then this session ends, too, and the new password logs in.
   */
  changePassword(change: PasswordChange): Promise<void>;
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
   * logged in. If the API says that it has expired, does not count any more, or that its session was ended, it is
   * refreshed and the request sent once more, unless its body is a stream or the session has ended.
   */
  readonly fetch: typeof fetch;
  /** A token that is valid, for other transports. Rejects with `signed_out` when nobody is logged in. */
  getAccessToken(): Promise<string>;
}
