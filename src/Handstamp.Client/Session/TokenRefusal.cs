using System.Net;

namespace Handstamp.Client.Session;

/// <summary>Why an access token was refused, where another may be taken.</summary>
enum TokenRefusal
{
    Expired,

    /// <summary>
    /// Its key was revoked, its issuer renamed, its session replaced or ended: the service says whether there is another.
    /// </summary>
    Outdated,
}

static class TokenRefusals
{
    /// <summary>What an API says; null when another token would not help.</summary>
    public static TokenRefusal? Of(HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return null;
        if (Says(answer, HandstampErrorCodes.AccessTokenOutdated)) return TokenRefusal.Outdated;
        // RFC 6750 §3: the description is for people, but these are the words of all who say it, and of AddJwtBearer.
        if (Says(answer, "key was not found")) return TokenRefusal.Outdated;
        // No API's word ends a session; and another process may have begun the next one.
        if (Says(answer, HandstampErrorCodes.SessionRevoked)) return TokenRefusal.Outdated;
        return Says(answer, "expired") ? TokenRefusal.Expired : null;
    }

    /// <summary>What the service says.</summary>
    public static TokenRefusal? Of(HandstampException fault) => fault.Code switch
    {
        HandstampErrorCodes.AccessTokenExpired => TokenRefusal.Expired,
        HandstampErrorCodes.AccessTokenOutdated => TokenRefusal.Outdated,
        _ => fault.Definitive ? TokenRefusal.Outdated : null,
    };

    static bool Says(HttpResponseMessage answer, string words) => answer.Headers.WwwAuthenticate.Any(
        challenge => challenge.Parameter?.Contains(words, StringComparison.OrdinalIgnoreCase) == true);
}
