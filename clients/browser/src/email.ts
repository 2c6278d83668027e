import type { Handstamp } from './types.js';
import { post } from './index.js';
import type { Recovery } from './visitor.js';

/** Every failure of this module is one of these. */
export { HandstampError, type HandstampErrorCode, type ServiceCode } from './index.js';
export type { Recovery } from './visitor.js';

/** What a mail has brought: the token in its link, or the address that it went to and its code. */
export type MailProof = { token: string } | { email: string; code: string };

/** The same for a login, and the name of this device in the list of devices. */
export type MailLogin = MailProof & { deviceName?: string };

/** Requests another mail with which an address is verified. It succeeds for every address. */
export const resendVerification = (service: Recovery, email: string): Promise<void> =>
  post(service, 'email/resend', { email });

/** Verifies an address. */
export const verifyEmail = (service: Recovery, proof: MailProof): Promise<void> => post(service, 'email/verify', proof);

/** Requests a mail with a code and a link for a login without a password. It succeeds for every address. */
export const requestLoginCode = (service: Recovery, email: string): Promise<void> =>
  post(service, 'login/code/request', { email });

/** Logs in with what the mail has brought. A link logs in on the device on which it was opened. */
export const loginByMail = (handstamp: Handstamp, { deviceName, ...proof }: MailLogin): Promise<void> =>
  handstamp.loginWith('token' in proof ? 'login/link' : 'login/code', { ...proof, device_name: deviceName });

/**
 * Requests a mail to a new address, with which it replaces that of the account. It also succeeds if another account has the
 * address; then only its owner learns that. The person must have logged in recently.
 */
export const changeEmail = (handstamp: Handstamp, email: string): Promise<void> =>
  handstamp.call('email/change', 'POST', { new_email: email });

/** Replaces the address. With a code, `email` is the new address. */
export const confirmEmailChange = (service: Recovery, proof: MailProof): Promise<void> =>
  post(service, 'email/change/confirm', proof);

/**
 * Takes a change of address back, with the token of the mail to the former one. All sessions of the account end, and it has
 * no password until `resetPassword`.
 */
export const undoEmailChange = (service: Recovery, token: string): Promise<void> =>
  post(service, 'email/change/undo', { token });
