namespace Handstamp.Identity;

/// <summary>The routes that <c>MapHandstampIdentityApi</c> maps. An app switches off those that it does not want, or maps itself.</summary>
[Flags]
public enum IdentityRoutes
{
    /// <summary>No route.</summary>
    None = 0,

    /// <summary><c>POST /register</c></summary>
    Register = 1 << 0,

    /// <summary><c>POST /login</c></summary>
    Login = 1 << 1,

    /// <summary><c>POST /refresh</c></summary>
    Refresh = 1 << 2,

    /// <summary><c>GET /confirmEmail</c></summary>
    ConfirmEmail = 1 << 3,

    /// <summary><c>POST /resendConfirmationEmail</c></summary>
    ResendConfirmationEmail = 1 << 4,

    /// <summary><c>POST /forgotPassword</c></summary>
    ForgotPassword = 1 << 5,

    /// <summary><c>POST /resetPassword</c></summary>
    ResetPassword = 1 << 6,

    /// <summary><c>POST /manage/2fa</c></summary>
    TwoFactor = 1 << 7,

    /// <summary><c>GET</c> and <c>POST /manage/info</c></summary>
    Info = 1 << 8,

    /// <summary><c>POST /logout</c></summary>
    Logout = 1 << 9,

    /// <summary><c>GET</c> and <c>DELETE /manage/sessions</c>, <c>PATCH</c> and <c>DELETE /manage/sessions/{id}</c></summary>
    Sessions = 1 << 10,

    /// <summary>
    /// The seven routes below <c>/passkeys</c> and <c>/manage/passkeys</c>. Identity needs a schema of version 3 for them.
    /// </summary>
    Passkeys = 1 << 11,

    /// <summary>The keys, the discovery document and <c>GET /revocations</c>, which other services need to verify access tokens.</summary>
    Keys = 1 << 12,

    /// <summary>All routes.</summary>
    All = (1 << 13) - 1,
}
