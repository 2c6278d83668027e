using System.Buffers.Text;
using System.Text.Json;

namespace Handstamp.Client.Session;

/// <summary>What an access token says it is for. Only read: to verify it is the API's affair.</summary>
static class Audience
{
    /// <summary>Who has issued the token, unless it is for the issuer itself; null also when it can't be read.</summary>
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
