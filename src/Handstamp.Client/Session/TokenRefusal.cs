using System.Net;

namespace Handstamp.Client.Session;

/// <summary>Why an access token was refused, if another one may be accepted.</summary>
enum TokenRefusal
{
    Expired,

    /// <summary>
    /// Its key was revoked, its issuer renamed, or its session replaced or ended. Only the service knows whether there
    /// is another token.
    /// </summary>
    Outdated,
}

static class TokenRefusals
{
    /// <summary>The reason that an API gives; null if another token would not help.</summary>
    public static TokenRefusal? Of(HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return null;
        if (Says(answer, HandstampErrorCodes.AccessTokenOutdated)) return TokenRefusal.Outdated;
        // RFC 6750 §3: the description is for people, but all known APIs use these words, and so does AddJwtBearer.
        if (Says(answer, "key was not found")) return TokenRefusal.Outdated;
        // An API cannot end a session; and another process may have begun the next one.
        if (Says(answer, HandstampErrorCodes.SessionRevoked)) return TokenRefusal.Outdated;
        return Says(answer, "expired") ? TokenRefusal.Expired : null;
    }

    /// <summary>The reason that the service gives.</summary>
    public static TokenRefusal? Of(HandstampException fault) => fault.Code switch
    {
        HandstampErrorCodes.AccessTokenExpired => TokenRefusal.Expired,
        HandstampErrorCodes.AccessTokenOutdated => TokenRefusal.Outdated,
        _ => fault.Definitive ? TokenRefusal.Outdated : null,
    };

    static bool Says(HttpResponseMessage answer, string words) => answer.Headers.WwwAuthenticate.Any(
        challenge => challenge.Parameter?.Contains(words, StringComparison.OrdinalIgnoreCase) == true);
}
