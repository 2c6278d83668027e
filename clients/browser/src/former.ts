import type { Handstamp } from './types.js';

/** How the session that comes along is kept here. */
export interface FormerLogin {
  /** The session's name in the device list. */
  deviceName?: string;
  /** Whether the person wants to be remembered, as by default. */
  remember?: boolean;
}

/**
 * Goes on with a session of the system that the service has replaced: its refresh token is exchanged for a session here. Keep that
 * token until this has succeeded. A failure with `definitive` says that the person has to log in; after all others, try again.
 */
export const loginWithFormerToken = (
  handstamp: Handstamp,
  refreshToken: string,
  { deviceName, remember }: FormerLogin = {},
): Promise<void> =>
  handstamp.loginWith('login/former', { refresh_token: refreshToken, device_name: deviceName, remember });
