import { post } from './index.js';
import type { Recovery } from './visitor.js';

/** Every failure of this module is one of these. */
export { HandstampError, type HandstampErrorCode, type ServiceCode } from './index.js';
export type { Recovery } from './visitor.js';

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
