namespace Handstamp.Server.Http;

/// <summary>
/// The error table: every refusal of this service, once. A new one needs a line here and a page in <c>docs/errors</c>.
/// A test says in which other places the code has to appear.
/// </summary>
static class Problems
{
    // Declared before the entries, which fill it.
    static readonly List<Problem> Table = [];

    public static readonly Problem InvalidRequest = Entry("invalid_request", 400, "The request body is invalid.");
    public static readonly Problem RefreshTokenInQuery = Entry("refresh_token_in_query", 400,
        "Send the refresh token in the body. In the query it ends up in logs and browser histories.");
    public static readonly Problem InvalidTarget = Entry("invalid_target", 400,
        "This service does not issue tokens for the requested resource.");
    public static readonly Problem PasswordTooWeak = Entry("password_too_weak", 400,
        "This password is too short or too common. Choose a longer one.");
    public static readonly Problem ResetTokenInvalid = Entry("reset_token_invalid", 400,
        "The link is invalid: it was used, has expired, or was replaced. Request a new one.");
    public static readonly Problem EmailTokenInvalid = Entry("email_token_invalid", 400,
        "The link or the code is invalid: it was used, has expired, or was replaced. Request a new one.");
    public static readonly Problem InvitationInvalid = Entry("invitation_invalid", 400,
        "The invitation is invalid: it was used, withdrawn or replaced, or has expired. Ask for another one.");
    public static readonly Problem EmailDomainNotAllowed = Entry("email_domain_not_allowed", 400,
        "E-mail addresses at this domain are not accepted here.");
    public static readonly Problem TermsNotAccepted = Entry("terms_not_accepted", 400,
        "The terms of use have to be accepted. Send the version that is in force.");
    public static readonly Problem PasskeyCeremonyInvalid = Entry("passkey_ceremony_invalid", 400,
        "The passkey took too long, or was sent twice. Begin again.");
    public static readonly Problem PasswordsDiffer = Entry("passwords_differ", 400,
        "The two passwords do not match.", metBy: MetBy.Pages);

    public static readonly Problem InvalidCredentials = Entry("invalid_credentials", 401,
        "The e-mail address or the password is wrong.");
    public static readonly Problem MfaRequired = Entry("mfa_required", 401,
        "This account has a second factor. Send it with the mfa_token.");
    public static readonly Problem MfaCodeInvalid = Entry("mfa_code_invalid", 401,
        "The code is wrong, too old, or was used before.");
    public static readonly Problem MfaTokenInvalid = Entry("mfa_token_invalid", 401,
        "This login has expired, is complete, or had too many attempts. Log in again.");
    public static readonly Problem LoginCodeInvalid = Entry("login_code_invalid", 401,
        "The code or the link is wrong, was used, or has expired. Request a new one.");
    public static readonly Problem PasskeyInvalid = Entry("passkey_invalid", 401,
        "This passkey was not accepted.");
    public static readonly Problem PasskeyUnknown = Entry("passkey_unknown", 401,
        "No account has this passkey. It may have been removed.");
    public static readonly Problem ExternalLoginFailed = Entry("external_login_failed", 401,
        "The login at the other service was not completed. Begin again.");
    public static readonly Problem AccessTokenMissing = Entry("access_token_missing", 401,
        "This route needs an access token in the Authorization header.");
    public static readonly Problem AccessTokenInvalid = Entry("access_token_invalid", 401,
        "The access token was not issued by this service, or it is not meant for this use.");
    public static readonly Problem AccessTokenExpired = Entry("access_token_expired", 401,
        "The access token has expired. Refresh it.");
    public static readonly Problem AccessTokenOutdated = Entry("access_token_outdated", 401,
        "The access token is no longer accepted. Refresh it.");
    public static readonly Problem AccessTokenWrongAudience = Entry("access_token_wrong_audience", 401,
        "The access token is for an API, not for this service. Request one for this service.");
    public static readonly Problem InsufficientUserAuthentication = Entry("insufficient_user_authentication", 401,
        "This action needs a recent login. Authenticate again.", oauth: "insufficient_user_authentication");
    public static readonly Problem RefreshTokenMissing = Entry("refresh_token_missing", 401,
        "The request has no refresh token, so nobody is logged in.", definitive: true);
    public static readonly Problem RefreshTokenInvalid = Entry("refresh_token_invalid", 401,
        "The refresh token is invalid. Log in again.", definitive: true);
    public static readonly Problem FormerTokenInvalid = Entry("former_token_invalid", 401,
        "The session of the former system cannot go on here. Log in again.", definitive: true);
    public static readonly Problem SessionExpired = Entry("session_expired", 401,
        "The session has expired. Log in again.", definitive: true);
    public static readonly Problem SessionRevoked = Entry("session_revoked", 401,
        "The session has been ended. Log in again.", definitive: true);
    public static readonly Problem RefreshTokenReused = Entry("refresh_token_reused", 401,
        "A replaced refresh token was used again. The session has been ended as a precaution.", definitive: true);
    public static readonly Problem DpopProofRequired = Entry("dpop_proof_required", 401,
        "This session is bound to a key. The request needs a DPoP proof made with that key.");
    public static readonly Problem DpopProofInvalid = Entry("dpop_proof_invalid", 401,
        "The DPoP proof is not valid for this request. Make a new one.", oauth: "invalid_dpop_proof");
    public static readonly Problem UseDpopNonce = Entry("use_dpop_nonce", 401,
        "The DPoP proof needs the nonce from the DPoP-Nonce header of this response.", oauth: "use_dpop_nonce");
    public static readonly Problem ResourceServerUnauthorized = Entry("resource_server_unauthorized", 401,
        "This route needs the credential of a resource server.", metBy: MetBy.ResourceServers);

    public static readonly Problem AccountDisabled = Entry("account_disabled", 403,
        "The account is disabled.", definitive: true);
    public static readonly Problem RegistrationClosed = Entry("registration_closed", 403,
        "Registration is closed.");
    public static readonly Problem MailNotConfigured = Entry("mail_not_configured", 403,
        "This service sends no e-mail.");
    public static readonly Problem EmailNotVerified = Entry("email_not_verified", 403,
        "The e-mail address has not been confirmed yet. Use the link or the code in the mail, or request another mail.");
    public static readonly Problem LoginByMailDisabled = Entry("login_by_mail_disabled", 403,
        "This service has no login by e-mail.");
    public static readonly Problem SecondFactorRequired = Entry("second_factor_required", 403,
        "This account needs a second factor and has none. Add one with the mfa_token to log in.");
    public static readonly Problem UnknownDeviceLocked = Entry("unknown_device_locked", 403,
        "There were too many failures on unknown devices. Use a device that you have used before, or set a new password by mail.");
    public static readonly Problem AccountDeletionPending = Entry("account_deletion_pending", 403,
        "The account is to be deleted, because its owner has asked for it. Keep it with the mfa_token to log in.");
    public static readonly Problem ChallengeRequired = Entry("challenge_required", 403,
        "There are many attempts at the moment. Solve the challenge in this answer, and send the request again with its solution.");
    public static readonly Problem OriginNotAllowed = Entry("origin_not_allowed", 403,
        "Pages from this origin may not use the session cookie.");
    public static readonly Problem FormNotOurs = Entry("form_not_ours", 403,
        "This form is too old, or it was not made for this browser. Open the page again.", metBy: MetBy.Pages);

    public static readonly Problem NotFound = Entry("not_found", 404, "There is nothing at this address.");
    public static readonly Problem SessionNotFound = Entry("session_not_found", 404, "The account has no session with this id.");
    public static readonly Problem FactorNotFound = Entry("factor_not_found", 404, "The account has no authenticator app with this id.");
    public static readonly Problem PasskeyNotFound = Entry("passkey_not_found", 404, "The account has no passkey with this id.");
    public static readonly Problem ExternalLoginNotFound = Entry("external_login_not_found", 404,
        "The account has no external login with this id.");
    public static readonly Problem MethodNotAllowed = Entry("method_not_allowed", 405, "This route does not support this method.");

    public static readonly Problem RefreshTokenSuperseded = Entry("refresh_token_superseded", 409,
        "A newer refresh token has been issued. Use that one.");
    public static readonly Problem RefreshCookieAmbiguous = Entry("refresh_cookie_ambiguous", 409,
        "It is unclear which of several refresh cookies is this browser's own. Log in again.");
    public static readonly Problem AccountExists = Entry("account_exists", 409,
        "An account with this e-mail address already exists.");
    public static readonly Problem UsernameTaken = Entry("username_taken", 409,
        "This username is taken. Choose another one.");
    public static readonly Problem ExternalLoginAccountExists = Entry("external_login_account_exists", 409,
        "An account with this e-mail address already exists. Log in to it in another way, and add the external login there.");
    public static readonly Problem ExternalLoginTaken = Entry("external_login_taken", 409,
        "This external login belongs to another account.");
    public static readonly Problem LastLoginMethod = Entry("last_login_method", 409,
        "This is the last way to log in to the account. Set a password or add another way first.");
    public static readonly Problem TooManySessions = Entry("too_many_sessions", 409,
        "The account is logged in on too many devices. Log out on one of them.");
    public static readonly Problem MfaNotEnabled = Entry("mfa_not_enabled", 409,
        "The account has no second factor. Add one first.");
    public static readonly Problem LastFactor = Entry("last_factor", 409,
        "This account needs a second factor, and this is the last one. Add another one first.");
    public static readonly Problem TooManyFactors = Entry("too_many_factors", 409,
        "The account has as many authenticator apps as it can have. Remove one first.");
    public static readonly Problem PasskeyExists = Entry("passkey_exists", 409,
        "This passkey has already been added to an account.");
    public static readonly Problem TooManyPasskeys = Entry("too_many_passkeys", 409,
        "The account has as many passkeys as it can have. Remove one of them.");
    public static readonly Problem AccountChanged = Entry("account_changed", 409,
        "The account was changed at the same time. Try again.");

    public static readonly Problem BodyTooLarge = Entry("body_too_large", 413, "The request body is larger than 64 KiB.");
    public static readonly Problem UnsupportedMediaType = Entry("unsupported_media_type", 415,
        "The request body must be JSON, with Content-Type: application/json.");
    public static readonly Problem TooManyRequests = Entry("too_many_requests", 429,
        "There were too many attempts. Wait before you try again.");

    public static readonly Problem InternalError = Entry("internal_error", 500,
        "Something went wrong on the server. The error has been logged.");
    public static readonly Problem ServerBusy = Entry("server_busy", 503,
        "Too many logins at once. Try again in a moment.");
    public static readonly Problem TooManyFollowers = Entry("too_many_followers", 503,
        "Too many followers of the revocation feed are connected. Try again in a moment.");
    public static readonly Problem ExternalProviderUnavailable = Entry("external_provider_unavailable", 503,
        "The other service cannot be used now. Try again in a moment, or log in in another way.");
    public static readonly Problem FormerSystemUnavailable = Entry("former_system_unavailable", 503,
        "The system that the account comes from cannot be asked now. Try again in a moment.");
    public static readonly Problem ChallengeUnavailable = Entry("challenge_unavailable", 503,
        "The service that checks visitors cannot be used now. Nothing was changed. Try again in a moment.");
    public static readonly Problem StorageUnavailable = Entry("storage_unavailable", 503,
        "The database is unavailable. Nothing was changed. Try again.");
    public static readonly Problem ServerHalted = Entry("server_halted", 503,
        "This server was paused for a while. Try again.");
    public static readonly Problem ShuttingDown = Entry("shutting_down", 503,
        "This server is shutting down. Try again.");

    public static IReadOnlyList<Problem> All => Table;

    static Problem Entry(
        string code, int status, string title, bool definitive = false, MetBy metBy = MetBy.Clients, string? oauth = null)
    {
        var entry = new Problem(code, status, title, definitive, metBy, oauth ?? OAuthErrorOf(status));
        Table.Add(entry);
        return entry;
    }

    // RFC 6749 §5.2 and §4.1.2.1, RFC 6750 §3.1; RFC 9449 has separate names.
    static string OAuthErrorOf(int status) => status switch
    {
        401 => "invalid_token",
        429 or 503 => "temporarily_unavailable",
        >= 500 => "server_error",
        _ => "invalid_request",
    };
}
