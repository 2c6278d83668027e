using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace Handstamp.Client.Tests;

/// <summary>Answers with tokens in the service's format, for tests that play the service.</summary>
static class Wire
{
    public static readonly Guid Session = new("0199d3f2-5c1e-7b0a-9c51-2f4d8e6a7b31");

    /// <summary>A 200 answer in which these members replace the usual ones.</summary>
    public static Network.Fault Granted(params (string Name, JsonNode? Value)[] members)
    {
        var answer = new JsonObject
        {
            ["access_token"] = AccessToken("https://auth.test", "https://auth.test"),
            ["token_type"] = "Bearer",
            ["expires_in"] = 600,
            ["refresh_token"] = "hsr_of-the-network",
            ["session_id"] = Session.ToString(),
        };
        foreach (var (name, value) in members) answer[name] = value;
        return Network.Answer(System.Net.HttpStatusCode.OK, answer.ToJsonString(), "application/json");
    }

    /// <summary>A token for code that does not verify it.</summary>
    public static string AccessToken(string issuer, string audience, string id = "") =>
        string.Join('.', ((string[])["""{"typ":"at+jwt"}""", $$"""{"iss":"{{issuer}}","aud":["{{audience}}"],"jti":"{{id}}"}""", "signature"])
            .Select(part => Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(part))));

    /// <summary>The refusal of a superseded token, with this number of seconds to wait.</summary>
    public static Network.Fault Superseded(int seconds) => Network.Refuse(
        System.Net.HttpStatusCode.Conflict, HandstampErrorCodes.RefreshTokenSuperseded, definitive: false, ("Retry-After", $"{seconds}"));
}
