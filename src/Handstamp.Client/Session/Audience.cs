using System.Buffers.Text;
using System.Text.Json;

namespace Handstamp.Client.Session;

/// <summary>The audience in an access token. It is only read: the API verifies it.</summary>
static class Audience
{
    /// <summary>
    /// The issuer of the token, unless the token is for the issuer itself; also null if it cannot be read.
    /// </summary>
    public static string? ForeignIssuerOf(string accessToken)
    {
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(accessToken.Split('.').ElementAtOrDefault(1)));
            var issuer = claims.RootElement.GetProperty("iss").GetString();
            return Names(claims.RootElement.GetProperty("aud"), issuer) ? null : issuer;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    static bool Names(JsonElement audience, string? issuer) => audience.ValueKind == JsonValueKind.Array
        ? audience.EnumerateArray().Any(each => each.ValueEquals(issuer))
        : audience.ValueEquals(issuer);
}
