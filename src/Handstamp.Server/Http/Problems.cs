namespace Handstamp.Server.Http;

/// <summary>The error table: every code that a JSON route can answer with, once.</summary>
static class Problems
{
    public static readonly Problem InvalidRequest = new("invalid_request", 400, "The request is not as this route takes it.");
    public static readonly Problem RefreshTokenInQuery = new("refresh_token_in_query", 400,
        "A refresh token in the query ends up in logs and histories. Send it in the body.");
    public static readonly Problem InvalidTarget = new("invalid_target", 400,
        "This service issues no tokens for the resource that was asked for.");
    public static readonly Problem PasswordTooWeak = new("password_too_weak", 400,
        "This password is too short or too common. Choose a longer one.");

    public static readonly Problem InvalidCredentials = new("invalid_credentials", 401,
        "The e-mail address or the password is wrong.");
    public static readonly Problem AccessTokenMissing = new("access_token_missing", 401,
        "This route needs an access token in the Authorization header.");
    public static readonly Problem AccessTokenInvalid = new("access_token_invalid", 401,
        "The access token is not one that this service issued, or not for this use.");
    public static readonly Problem AccessTokenExpired = new("access_token_expired", 401,
        "The access token has expired. Refresh it.");
    public static readonly Problem AccessTokenOutdated = new("access_token_outdated", 401,
        "The access token does not count any more. Refresh it.");
    public static readonly Problem AccessTokenWrongAudience = new("access_token_wrong_audience", 401,
        "The access token is for an API, not for this service. Ask for one that is.");
    public static readonly Problem RefreshTokenMissing = new("refresh_token_missing", 401,
        "The request has no refresh token: nobody is logged in.", Definitive: true);
    public static readonly Problem RefreshTokenInvalid = new("refresh_token_invalid", 401,
        "This is not a refresh token of this service.", Definitive: true);
    public static readonly Problem SessionExpired = new("session_expired", 401,
        "The session has expired. Log in again.", Definitive: true);
    public static readonly Problem SessionRevoked = new("session_revoked", 401,
        "The session has been ended. Log in again.", Definitive: true);
    public static readonly Problem RefreshTokenReused = new("refresh_token_reused", 401,
        "A refresh token was used that had been replaced. To be safe, the session has been ended.", Definitive: true);
    public static readonly Problem DpopProofRequired = new("dpop_proof_required", 401,
        "This session is bound to a key. The request needs a DPoP proof by it.");
    public static readonly Problem DpopProofInvalid = new("dpop_proof_invalid", 401,
        "The DPoP proof is not good for this request. Make a new one.");
    public static readonly Problem UseDpopNonce = new("use_dpop_nonce", 401,
        "The DPoP proof needs the nonce that this answer has in DPoP-Nonce.");
    public static readonly Problem ResourceServerUnauthorized = new("resource_server_unauthorized", 401,
        "This route needs the credential of a resource server.");

    public static readonly Problem AccountDisabled = new("account_disabled", 403,
        "The account is disabled.", Definitive: true);
    public static readonly Problem RegistrationClosed = new("registration_closed", 403,
        "Registration is closed.");
    public static readonly Problem OriginNotAllowed = new("origin_not_allowed", 403,
        "A page of this origin may not use the session cookie.");

    public static readonly Problem NotFound = new("not_found", 404, "There is nothing at this address.");
    public static readonly Problem SessionNotFound = new("session_not_found", 404, "The account has no such session.");
    public static readonly Problem MethodNotAllowed = new("method_not_allowed", 405, "This route does not take this method.");

    public static readonly Problem RefreshTokenSuperseded = new("refresh_token_superseded", 409,
        "A newer refresh token has been issued. Use that one.");
    public static readonly Problem RefreshCookieAmbiguous = new("refresh_cookie_ambiguous", 409,
        "Several refresh cookies came, and none is known to be this browser's own. Log in again.");
    public static readonly Problem AccountExists = new("account_exists", 409,
        "There is an account with this e-mail address.");
    public static readonly Problem TooManySessions = new("too_many_sessions", 409,
        "The account is logged in on too many devices. Log one of them out.");
    public static readonly Problem AccountChanged = new("account_changed", 409,
        "The account was changed at the same moment. Try again.");

    public static readonly Problem BodyTooLarge = new("body_too_large", 413, "The body is larger than 64 KiB.");
    public static readonly Problem UnsupportedMediaType = new("unsupported_media_type", 415,
        "The body has to be JSON: Content-Type: application/json.");
    public static readonly Problem TooManyRequests = new("too_many_requests", 429,
        "There were too many attempts. Wait before the next one.");

    public static readonly Problem InternalError = new("internal_error", 500,
        "Something went wrong here. It has been logged.");
    public static readonly Problem ServerBusy = new("server_busy", 503,
        "Too many logins at once. Try again in a moment.");
    public static readonly Problem TooManyFollowers = new("too_many_followers", 503,
        "Too many followers of the revocation feed are connected. Try again in a moment.");
    public static readonly Problem StorageUnavailable = new("storage_unavailable", 503,
        "The database can't be used right now. Nothing was changed. Try again.");
    public static readonly Problem ServerHalted = new("server_halted", 503,
        "This server stood still for a while. Try again.");
    public static readonly Problem ShuttingDown = new("shutting_down", 503,
        "This server is shutting down. Try again.");

    public static readonly IReadOnlyList<Problem> All =
    [
        InvalidRequest, RefreshTokenInQuery, InvalidTarget, PasswordTooWeak,
        InvalidCredentials, AccessTokenMissing, AccessTokenInvalid, AccessTokenExpired, AccessTokenOutdated,
        AccessTokenWrongAudience,
        RefreshTokenMissing, RefreshTokenInvalid, SessionExpired, SessionRevoked, RefreshTokenReused,
        DpopProofRequired, DpopProofInvalid, UseDpopNonce, ResourceServerUnauthorized,
        AccountDisabled, RegistrationClosed, OriginNotAllowed,
        NotFound, SessionNotFound, MethodNotAllowed,
        RefreshTokenSuperseded, RefreshCookieAmbiguous, AccountExists, TooManySessions, AccountChanged,
        BodyTooLarge, UnsupportedMediaType, TooManyRequests,
        InternalError, ServerBusy, TooManyFollowers, StorageUnavailable, ServerHalted, ShuttingDown,
    ];
}
