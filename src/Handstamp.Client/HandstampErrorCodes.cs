namespace Handstamp.Client;

/// <summary>
/// The values of <see cref="HandstampException.Code"/>: the service's codes that a client can get, and at the end the
/// client's own. A newer service may have more.
/// </summary>
public static class HandstampErrorCodes
{
    /// <summary>The access token has expired. Refresh it.</summary>
    public const string AccessTokenExpired = "access_token_expired";

    /// <summary>The access token was not issued by this service, or it is not meant for this use.</summary>
    public const string AccessTokenInvalid = "access_token_invalid";

    /// <summary>This route needs an access token in the Authorization header.</summary>
    public const string AccessTokenMissing = "access_token_missing";

    /// <summary>The access token is no longer accepted. Refresh it.</summary>
    public const string AccessTokenOutdated = "access_token_outdated";

    /// <summary>The access token is for an API, not for this service. Request one for this service.</summary>
    public const string AccessTokenWrongAudience = "access_token_wrong_audience";

    /// <summary>The account was changed at the same time. Try again.</summary>
    public const string AccountChanged = "account_changed";

    /// <summary>The account is to be deleted, because its owner has asked for it. Keep it with the mfa_token to log in.</summary>
    public const string AccountDeletionPending = "account_deletion_pending";

    /// <summary>The account is disabled.</summary>
    public const string AccountDisabled = "account_disabled";

    /// <summary>An account with this e-mail address already exists.</summary>
    public const string AccountExists = "account_exists";

    /// <summary>The request body is larger than 64 KiB.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>There are many attempts at the moment. Solve the challenge in this answer, and send the request again with its solution.</summary>
    public const string ChallengeRequired = "challenge_required";

    /// <summary>The service that checks visitors cannot be used now. Nothing was changed. Try again in a moment.</summary>
    public const string ChallengeUnavailable = "challenge_unavailable";

    /// <summary>The DPoP proof is not valid for this request. Make a new one.</summary>
    public const string DpopProofInvalid = "dpop_proof_invalid";

    /// <summary>This session is bound to a key. The request needs a DPoP proof made with that key.</summary>
    public const string DpopProofRequired = "dpop_proof_required";

    /// <summary>E-mail addresses at this domain are not accepted here.</summary>
    public const string EmailDomainNotAllowed = "email_domain_not_allowed";

    /// <summary>The e-mail address has not been confirmed yet. Use the link or the code in the mail, or request another mail.</summary>
    public const string EmailNotVerified = "email_not_verified";

    /// <summary>The link or the code is invalid: it was used, has expired, or was replaced. Request a new one.</summary>
    public const string EmailTokenInvalid = "email_token_invalid";

    /// <summary>An account with this e-mail address already exists. Log in to it in another way, and add the external login there.</summary>
    public const string ExternalLoginAccountExists = "external_login_account_exists";

    /// <summary>The login at the other service was not completed. Begin again.</summary>
    public const string ExternalLoginFailed = "external_login_failed";

    /// <summary>The account has no external login with this id.</summary>
    public const string ExternalLoginNotFound = "external_login_not_found";

    /// <summary>This external login belongs to another account.</summary>
    public const string ExternalLoginTaken = "external_login_taken";

    /// <summary>The other service cannot be used now. Try again in a moment, or log in in another way.</summary>
    public const string ExternalProviderUnavailable = "external_provider_unavailable";

    /// <summary>The account has no authenticator app with this id.</summary>
    public const string FactorNotFound = "factor_not_found";

    /// <summary>The system that the account comes from cannot be asked now. Try again in a moment.</summary>
    public const string FormerSystemUnavailable = "former_system_unavailable";

    /// <summary>The session of the former system cannot go on here. Log in again.</summary>
    public const string FormerTokenInvalid = "former_token_invalid";

    /// <summary>This action needs a recent login. Authenticate again.</summary>
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    /// <summary>Something went wrong on the server. The error has been logged.</summary>
    public const string InternalError = "internal_error";

    /// <summary>The e-mail address or the password is wrong.</summary>
    public const string InvalidCredentials = "invalid_credentials";

    /// <summary>The request body is invalid.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>This service does not issue tokens for the requested resource.</summary>
    public const string InvalidTarget = "invalid_target";

    /// <summary>The invitation is invalid: it was used, withdrawn or replaced, or has expired. Ask for another one.</summary>
    public const string InvitationInvalid = "invitation_invalid";

    /// <summary>This account needs a second factor, and this is the last one. Add another one first.</summary>
    public const string LastFactor = "last_factor";

    /// <summary>This is the last way to log in to the account. Set a password or add another way first.</summary>
    public const string LastLoginMethod = "last_login_method";

    /// <summary>This service has no login by e-mail.</summary>
    public const string LoginByMailDisabled = "login_by_mail_disabled";

    /// <summary>The code or the link is wrong, was used, or has expired. Request a new one.</summary>
    public const string LoginCodeInvalid = "login_code_invalid";

    /// <summary>This service sends no e-mail.</summary>
    public const string MailNotConfigured = "mail_not_configured";

    /// <summary>This route does not support this method.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>The code is wrong, too old, or was used before.</summary>
    public const string MfaCodeInvalid = "mfa_code_invalid";

    /// <summary>The account has no second factor. Add one first.</summary>
    public const string MfaNotEnabled = "mfa_not_enabled";

    /// <summary>This account has a second factor. Send it with the mfa_token.</summary>
    public const string MfaRequired = "mfa_required";

    /// <summary>This login has expired, is complete, or had too many attempts. Log in again.</summary>
    public const string MfaTokenInvalid = "mfa_token_invalid";

    /// <summary>There is nothing at this address.</summary>
    public const string NotFound = "not_found";

    /// <summary>Pages from this origin may not use the session cookie.</summary>
    public const string OriginNotAllowed = "origin_not_allowed";

    /// <summary>The passkey took too long, or was sent twice. Begin again.</summary>
    public const string PasskeyCeremonyInvalid = "passkey_ceremony_invalid";

    /// <summary>This passkey has already been added to an account.</summary>
    public const string PasskeyExists = "passkey_exists";

    /// <summary>This passkey was not accepted.</summary>
    public const string PasskeyInvalid = "passkey_invalid";

    /// <summary>The account has no passkey with this id.</summary>
    public const string PasskeyNotFound = "passkey_not_found";

    /// <summary>No account has this passkey. It may have been removed.</summary>
    public const string PasskeyUnknown = "passkey_unknown";

    /// <summary>This password is too short or too common. Choose a longer one.</summary>
    public const string PasswordTooWeak = "password_too_weak";

    /// <summary>It is unclear which of several refresh cookies is this browser's own. Log in again.</summary>
    public const string RefreshCookieAmbiguous = "refresh_cookie_ambiguous";

    /// <summary>Send the refresh token in the body. In the query it ends up in logs and browser histories.</summary>
    public const string RefreshTokenInQuery = "refresh_token_in_query";

    /// <summary>The refresh token is invalid. Log in again.</summary>
    public const string RefreshTokenInvalid = "refresh_token_invalid";

    /// <summary>The request has no refresh token, so nobody is logged in.</summary>
    public const string RefreshTokenMissing = "refresh_token_missing";

    /// <summary>A replaced refresh token was used again. The session has been ended as a precaution.</summary>
    public const string RefreshTokenReused = "refresh_token_reused";

    /// <summary>A newer refresh token has been issued. Use that one.</summary>
    public const string RefreshTokenSuperseded = "refresh_token_superseded";

    /// <summary>Registration is closed.</summary>
    public const string RegistrationClosed = "registration_closed";

    /// <summary>The link is invalid: it was used, has expired, or was replaced. Request a new one.</summary>
    public const string ResetTokenInvalid = "reset_token_invalid";

    /// <summary>This account needs a second factor and has none. Add one with the mfa_token to log in.</summary>
    public const string SecondFactorRequired = "second_factor_required";

    /// <summary>Too many logins at once. Try again in a moment.</summary>
    public const string ServerBusy = "server_busy";

    /// <summary>This server was paused for a while. Try again.</summary>
    public const string ServerHalted = "server_halted";

    /// <summary>The session has expired. Log in again.</summary>
    public const string SessionExpired = "session_expired";

    /// <summary>The account has no session with this id.</summary>
    public const string SessionNotFound = "session_not_found";

    /// <summary>The session has been ended. Log in again.</summary>
    public const string SessionRevoked = "session_revoked";

    /// <summary>This server is shutting down. Try again.</summary>
    public const string ShuttingDown = "shutting_down";

    /// <summary>The database is unavailable. Nothing was changed. Try again.</summary>
    public const string StorageUnavailable = "storage_unavailable";

    /// <summary>The terms of use have to be accepted. Send the version that is in force.</summary>
    public const string TermsNotAccepted = "terms_not_accepted";

    /// <summary>The account has as many authenticator apps as it can have. Remove one first.</summary>
    public const string TooManyFactors = "too_many_factors";

    /// <summary>Too many followers of the revocation feed are connected. Try again in a moment.</summary>
    public const string TooManyFollowers = "too_many_followers";

    /// <summary>The account has as many passkeys as it can have. Remove one of them.</summary>
    public const string TooManyPasskeys = "too_many_passkeys";

    /// <summary>There were too many attempts. Wait before you try again.</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>The account is logged in on too many devices. Log out on one of them.</summary>
    public const string TooManySessions = "too_many_sessions";

    /// <summary>There were too many failures on unknown devices. Use a device that you have used before, or set a new password by mail.</summary>
    public const string UnknownDeviceLocked = "unknown_device_locked";

    /// <summary>The request body must be JSON, with Content-Type: application/json.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>The DPoP proof needs the nonce from the DPoP-Nonce header of this response.</summary>
    public const string UseDpopNonce = "use_dpop_nonce";

    /// <summary>This username is taken. Choose another one.</summary>
    public const string UsernameTaken = "username_taken";

    /// <summary>The service could not be reached.</summary>
    public const string Network = "network";

    /// <summary>No answer within ten seconds.</summary>
    public const string Timeout = "timeout";

    /// <summary>The answer did not come from the service. It may be a proxy's page.</summary>
    public const string UnexpectedAnswer = "unexpected_answer";

    /// <summary>Nobody is logged in.</summary>
    public const string SignedOut = "signed_out";

    /// <summary>The token store could not be read or written.</summary>
    public const string StoreFailed = "store_failed";
}
