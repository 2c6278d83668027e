import { own } from './own.js';
import { createAsk } from './service.js';

/** Every failure of this module is one of these. It is another class than the client's, which is a module of its own. */
export { HandstampError, type HandstampErrorCode, type ServiceCode } from './errors.js';

/** The service, for a page on which nobody is logged in. */
export interface Recovery {
  /** The address of the service, or a path on the page's own host. */
  url: string | URL;
  /** Sends the requests instead of the global `fetch`. */
  fetch?: typeof fetch;
}

/** What the page that the mail links to has got, and what the person has chosen. */
export interface PasswordReset {
  /** The token in the link of the mail. */
  token: string;
  newPassword: string;
}

/** Requests a mail with a link for a new password. It succeeds for every address, whether it has an account or not. */
export const forgotPassword = (service: Recovery, email: string): Promise<void> =>
  post(service, 'password/forgot', { email });

/**
 * Sets a new password with the token of a mail, and ends all sessions of the account. Logs nobody in. A password that
 * is refused (`password_too_weak`) leaves the token valid.
 */
export const resetPassword = (service: Recovery, { token, newPassword }: PasswordReset): Promise<void> =>
  post(service, 'password/reset', { token, new_password: newPassword });

function post(service: Recovery, path: string, body: object): Promise<void> {
  const { url, fetch: send = (...call: Parameters<typeof fetch>) => fetch(...call) } = own(service);
  const address = new URL(url, globalThis.location?.href);
  if (!address.pathname.endsWith('/')) address.pathname += '/';
  return createAsk(address, 'omit', send)(path, 'POST', body);
}
