import { own, post } from './index.js';
import type { Handstamp } from './types.js';
import type { Recovery } from './visitor.js';

/** Every failure of this module is one of these. */
export { HandstampError, type HandstampErrorCode, type ServiceCode } from './index.js';
export type { Recovery } from './visitor.js';

/** The terms of use that a failure with the code `terms_not_accepted` names. */
export interface Terms {
  readonly version: string;
  readonly url: string;
  readonly privacy_url?: string;
}

/** By what an account is found. */
export type Name = { email: string } | { username: string };

/** A new account. */
export type Registration = Name & {
  password: string;
  /** The version of the terms that the person accepts, if the service has terms. */
  terms?: string;
};

/** What the page that an invitation links to has got, and what the person has chosen. */
export interface Invitation {
  /** The token in the link of the mail. */
  token: string;
  password: string;
  terms?: string;
}

/** A login with a password. */
export type PasswordLogin = Name & {
  password: string;
  /** The session's name in the device list. */
  deviceName?: string;
  /** `false` if the person does not want to be remembered: the session ends with the browser, or after some hours without use. */
  remember?: boolean;
};

/** Creates an account, also where the service has terms. Does not log in. */
export const register = (service: Recovery, registration: Registration): Promise<void> =>
  post(service, 'register', registration);

/** Creates the account of an invited person. Does not log in. A password that is refused leaves the token valid. */
export const acceptInvitation = (service: Recovery, { token, password, terms }: Invitation): Promise<void> =>
  post(service, 'invitations/accept', { token, password, terms });

/** Logs in, and says whether the person wants to be remembered. */
export const login = (handstamp: Handstamp, { deviceName, ...request }: PasswordLogin): Promise<void> =>
  handstamp.loginWith('login', { ...request, device_name: deviceName });

/** Accepts the version of the terms that is in force, for the person who is logged in. `user()` says whether that is due. */
export const acceptTerms = (handstamp: Handstamp, version: string): Promise<void> =>
  handstamp.call('terms/accept', 'POST', { version });

/** The terms that have to be accepted, if that is why it failed; otherwise null. */
export const termsDue = (error: unknown): Terms | null => {
  const { code, problem } = own(error as { code?: string; problem?: { terms?: Terms } });
  return (code === 'terms_not_accepted' && problem?.terms) || null;
};
