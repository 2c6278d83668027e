import { own, pathOf, post } from './index.js';
import type { Handstamp } from './types.js';
import type { Recovery } from './visitor.js';

export type { Recovery } from './visitor.js';

/** What a login still needs: one of these methods, such as `totp` or `recovery_code`. */
export interface SecondFactorDue {
  /** For `loginMfa`, for ten minutes and a few attempts. */
  readonly token: string;
  readonly methods: readonly string[];
  /** The account has none of them, and has to add one: `beginTotpAtLogin`. */
  readonly isEnrolment: boolean;
}

/** The code that a person has entered. */
export interface SecondFactorCode {
  token: string;
  method: string;
  code: string;
}

/** A secret for an authenticator app. */
export interface TotpEnrolment {
  /** In base 32, for a person who cannot use the QR code. */
  readonly secret: string;
  /** The address that apps read. */
  readonly uri: string;
  /** The same as a QR code: an SVG image. */
  readonly qr_svg: string;
}

/** The first code of an app, and a name for it in the list. */
export interface FirstCode {
  code: string;
  name?: string;
}

/** The second factors of an account. */
export interface Factors {
  readonly factors: readonly Factor[];
  /** How many are left. */
  readonly recovery_codes: number;
  /** Whether the account needs a second factor. */
  readonly required: boolean;
}

export interface Factor {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  readonly created_at: string;
  readonly last_used_at?: string;
}

/** What a login that has failed with this error still needs. Null if it has failed for another reason. */
export function mfaRequired(error: unknown): SecondFactorDue | null {
  const { code, problem } = own(Object(error));
  const { mfa_token: token, methods } = own(Object(problem));
  // With this one the person keeps an account: `deletionPending` reads it.
  return token && code !== 'account_deletion_pending'
    ? { token, methods, isEnrolment: code === 'second_factor_required' }
    : null;
}

/** Completes a login. A wrong code (`mfa_code_invalid`) leaves the token valid. */
export const loginMfa = (handstamp: Handstamp, { token, method, code }: SecondFactorCode): Promise<void> =>
  handstamp.loginWith('login/mfa', { mfa_token: token, method, code });

/** A secret for an app, for a login that needs one. The app's first code, given to `loginMfa`, completes the login. */
export const beginTotpAtLogin = (service: Recovery, token: string): Promise<TotpEnrolment> =>
  post(service, 'login/mfa/totp', { mfa_token: token });

/** A secret for an app. As all changes of factors, it needs a recent login. It does nothing until `confirmTotp`. */
export const beginTotp = (handstamp: Handstamp): Promise<TotpEnrolment> => handstamp.call('mfa/totp', 'POST');

/** Confirms an app. The first one of an account brings recovery codes, which the service does not show again. */
export const confirmTotp = (
  handstamp: Handstamp,
  { code, name }: FirstCode,
): Promise<{ readonly id: string; readonly recovery_codes?: readonly string[] }> =>
  handstamp.call('mfa/totp/confirm', 'POST', { code, name });

export const listFactors = (handstamp: Handstamp): Promise<Factors> => handstamp.call('mfa');

/** Removes an app. With the last one, the recovery codes are removed too. */
export const removeFactor = async (handstamp: Handstamp, id: string): Promise<void> =>
  handstamp.call(pathOf('mfa', id), 'DELETE');

/** Replaces all recovery codes by new ones, which the service does not show again. */
export const renewRecoveryCodes = (handstamp: Handstamp): Promise<{ readonly recovery_codes: readonly string[] }> =>
  handstamp.call('mfa/recovery-codes', 'POST');
