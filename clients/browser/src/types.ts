import type { HandstampErrorCode } from './errors.js';

/** An account, as `GET /me` returns it. */
export interface User {
  readonly id: string;
  /** Absent if the account has none. */
  readonly email?: string;
  /** Absent if the account has none. */
  readonly username?: string;
  /** Whether the account's owner has shown to read the mails to this address. */
  readonly email_verified: boolean;
  readonly roles: readonly string[];
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  readonly created_at: string;
  /** What the person says. It is not proved, and not in the tokens. */
  readonly name?: string;
  readonly picture?: string;
  readonly locale?: string;
  /** What the app keeps for the person. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The terms of use, if the service has any. */
  readonly terms?: {
    /** Whether the person still has to accept the version that is in force. */
    readonly due: boolean;
    readonly version: string;
    readonly url: string;
    readonly privacy_url?: string;
    readonly accepted_version?: string;
    readonly accepted_at?: string;
  };
}

/** A device on which the account is logged in, as `GET /sessions` returns it. */
export interface Device {
  readonly id: string;
  readonly current: boolean;
  readonly device_name?: string;
  readonly user_agent?: string;
  readonly ip_address?: string;
  /** Where that address is, if the service has a file that says it. */
  readonly city?: string;
  /** ISO 3166-1: `DE`. */
  readonly country?: string;
  /** `page`: the service's own pages. */
  readonly transport: 'body' | 'cookie' | 'page';
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
}

/** The devices of the account that is logged in. */
export interface Devices {
  list(): Promise<readonly Device[]>;
  /** Names a device. `null` removes the name. */
  rename(id: string, name: string | null): Promise<void>;
  /** Logs a device out. */
  end(id: string): Promise<void>;
}

/** Where the refresh token is kept if no cookie carries it. */
export interface TokenStorage {
  get(): Promise<string | null | undefined> | string | null | undefined;
  /** `null` removes it. Must be complete when it returns: if a token is lost here, its session is lost too. */
  set(refreshToken: string | null): Promise<void> | void;
}

/** Where the key of a bound session is kept, if not in IndexedDB. */
export interface KeyStorage {
  get(): Promise<CryptoKeyPair | undefined> | CryptoKeyPair | undefined;
  /** Keeps the key, unless there already is one. Returns the key that is kept. */
  add(key: CryptoKeyPair): Promise<CryptoKeyPair> | CryptoKeyPair;
}

/** Proves with each request that this client has a key. Made by `dpop()` of `@handstamp/browser/dpop`. */
export interface KeyBinding {
  /** Whether the key was just created. An older session can't be bound to a new key. */
  readonly isNew: boolean;
  /**
   * Sends the request with a proof, which covers the access token if there is one. Sends it once more if the answer
   * asks for a nonce and `again` can make the request again.
   */
  send(request: Request, send: typeof fetch, accessToken?: string, again?: () => Request): Promise<Response>;
}

/** Says whether someone is logged in. */
export interface Change {
  readonly sessionId: string | null;
  /** Why the session ended, unless it was a logout. */
  readonly code: HandstampErrorCode | undefined;
}

export interface HandstampOptions {
  /** The address of the service, including its base path. */
  readonly url: string | URL;
  /** Origins that get the access token in addition to the page's and the service's own. */
  readonly apis?: readonly string[];
  /** For platforms without cookies (Node, Deno, React Native). If omitted, a cookie carries the refresh token. */
  readonly storage?: TokenStorage;
  /** Binds sessions to a key, so that a stolen token or cookie is of no use elsewhere. */
  readonly dpop?: KeyBinding;
  /**
   * What the access token is for (RFC 8707): one of the audiences that the service declares. If omitted, the first of
   * them, or the service itself if it declares none.
   */
  readonly resource?: string;
  /** Sends the requests. */
  readonly fetch?: typeof fetch;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface LoginRequest extends Credentials {
  /** The name of this device in the list of devices. */
  readonly deviceName?: string;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface Handstamp {
  /** Creates an account. Does not log in. */
  register(credentials: Credentials): Promise<void>;
  login(request: LoginRequest): Promise<void>;
  /** Logs in by another route of the service that answers as `/login`. The package's modules call it. */
  loginWith(route: string, request: object): Promise<void>;
  /** Calls a route of the service that answers with other tokens for the person who is logged in. The package's modules call it. */
  renewWith(route: string, request: object): Promise<void>;
  /** Calls a route of the service as the account that is logged in. The package's modules call it. */
  call<T = void>(path: string, method?: string, body?: object): Promise<T>;
  /** Ends this session. Rejects if the service can't be reached. The session then stays alive. */
  logout(): Promise<void>;
  /** Ends all of the account's sessions, on all devices. */
  logoutEverywhere(): Promise<void>;
  /**
   * Ends all of the account's sessions, on all devices, and continues with a new one. If no answer arrives, the password
   * may have been changed. In that case this session ends too. Log in with the new password.
   */
  changePassword(change: PasswordChange): Promise<void>;
  /** The account that is logged in. */
  user(): Promise<User | null>;
  readonly sessions: Devices;
  /**
   * Calls the listener when the client learns who is logged in, and when that changes, in this tab or another.
   * Returns a function that removes the listener.
   */
  onChange(listener: (change: Change) => void): () => void;
  /**
   * Like the global `fetch`. Requests to the page's origin, the service's and `apis` carry the access token if someone
   * is logged in. If the API says that the token has expired or is no longer accepted, or that its session was ended,
   * the client refreshes the token and sends the request once more, unless its body is a stream or the session is over.
   */
  readonly fetch: typeof fetch;
  /** A valid access token for other transports. Rejects with `signed_out` if nobody is logged in. */
  getAccessToken(): Promise<string>;
}
