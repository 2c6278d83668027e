import { own } from './own.js';

/** The service's error codes that a client can get. The service has a page for each: `/errors/{code}`. */
export type ServiceCode =
  | 'access_token_expired'
  | 'access_token_invalid'
  | 'access_token_missing'
  | 'access_token_outdated'
  | 'access_token_wrong_audience'
  | 'account_changed'
  | 'account_deletion_pending'
  | 'account_disabled'
  | 'account_exists'
  | 'body_too_large'
  | 'challenge_required'
  | 'challenge_unavailable'
  | 'dpop_proof_invalid'
  | 'dpop_proof_required'
  | 'email_domain_not_allowed'
  | 'email_not_verified'
  | 'email_token_invalid'
  | 'external_login_account_exists'
  | 'external_login_failed'
  | 'external_login_not_found'
  | 'external_login_taken'
  | 'external_provider_unavailable'
  | 'factor_not_found'
  | 'former_system_unavailable'
  | 'former_token_invalid'
  | 'insufficient_user_authentication'
  | 'internal_error'
  | 'invalid_credentials'
  | 'invalid_request'
  | 'invalid_target'
  | 'invitation_invalid'
  | 'last_factor'
  | 'last_login_method'
  | 'login_by_mail_disabled'
  | 'login_code_invalid'
  | 'mail_not_configured'
  | 'method_not_allowed'
  | 'mfa_code_invalid'
  | 'mfa_not_enabled'
  | 'mfa_required'
  | 'mfa_token_invalid'
  | 'not_found'
  | 'origin_not_allowed'
  | 'passkey_ceremony_invalid'
  | 'passkey_exists'
  | 'passkey_invalid'
  | 'passkey_not_found'
  | 'passkey_unknown'
  | 'password_too_weak'
  | 'refresh_cookie_ambiguous'
  | 'refresh_token_in_query'
  | 'refresh_token_invalid'
  | 'refresh_token_missing'
  | 'refresh_token_reused'
  | 'refresh_token_superseded'
  | 'registration_closed'
  | 'reset_token_invalid'
  | 'second_factor_required'
  | 'server_busy'
  | 'server_halted'
  | 'session_expired'
  | 'session_not_found'
  | 'session_revoked'
  | 'shutting_down'
  | 'storage_unavailable'
  | 'terms_not_accepted'
  | 'too_many_factors'
  | 'too_many_followers'
  | 'too_many_passkeys'
  | 'too_many_requests'
  | 'too_many_sessions'
  | 'unknown_device_locked'
  | 'unsupported_media_type'
  | 'use_dpop_nonce'
  | 'username_taken';

/** What went wrong: a code of the service, or one of the client's own. */
export type HandstampErrorCode =
  | ServiceCode
  /** The service could not be reached: offline, a broken connection, or an origin that the service does not allow. */
  | 'network'
  /** The key of a bound session can't be read or stored, because IndexedDB does not work. */
  | 'no_key'
  /** No answer within ten seconds, or earlier to a refresh. */
  | 'timeout'
  /** Nobody is logged in. */
  | 'signed_out'
  /** The answer did not come from the service. It may be a proxy's page. */
  | 'unexpected_answer';

/** Every failure of the client is one of these. */
export class HandstampError extends Error {
  declare readonly code: HandstampErrorCode;
  /** True: the session has ended, and trying again does not help. False: the session is still alive. */
  declare readonly definitive: boolean;
  /** The answer's status, if there was an answer. */
  declare readonly status: number | undefined;
  /** Seconds to wait before trying again, if the service said so. */
  declare readonly retryAfter: number | undefined;
  /** The service's answer, with the members that belong to its code. */
  declare readonly problem: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: HandstampErrorCode,
    message: string,
    definitive: boolean,
    answer?: Pick<HandstampError, 'status' | 'retryAfter' | 'problem'>,
  ) {
    super(message);
    Object.assign(this, { name: 'HandstampError', code, definitive }, answer);
  }
}

/** Failures that the client itself detects. If no person sees the message, the code is enough. */
export const failure = (code: HandstampErrorCode, definitive = false, message: string = code) =>
  new HandstampError(code, message, definitive);

/** Reads a refusal: problem details (RFC 9457), or whatever came instead. */
export async function readError(answer: Response): Promise<HandstampError> {
  const problem = own(await answer.json().catch(() => null));
  const { code, title, definitive } = problem;
  // A proxy's error page says nothing about the session. A newer service may have more codes than this client knows.
  const isOurs = typeof code === 'string' && typeof definitive === 'boolean';
  return new HandstampError(
    isOurs ? (code as HandstampErrorCode) : 'unexpected_answer',
    title ?? `The service answered ${answer.status}.`,
    isOurs && definitive,
    { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')) || undefined, problem },
  );
}
