using System.Collections.Frozen;
using System.Text.Json;

namespace Handstamp.Tokens.Jose;

static class AccessTokenReader
{
    static readonly FrozenSet<string> Modelled = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss", "aud", "sub", "client_id", "jti", "iat", "exp", "nbf",
        "sid", "refresh_kid", "scope", "roles", "amr", "acr", "auth_time", "cnf");

    /// <summary>
    /// Whether a claim has its own property in <see cref="AccessToken"/>, or is part of the verification.
    /// </summary>
    public static bool Models(string name) => Modelled.Contains(name);

    /// <summary>The claims. The reader's <see cref="MemberReader.Fault"/> says whether they are valid.</summary>
    public static AccessToken Read(MemberReader claims) => new()
    {
        Issuer = claims.RequiredText("iss"),
        Audience = claims.RequiredTextOrTexts("aud"),
        Subject = claims.RequiredText("sub"),
        ClientId = claims.RequiredText("client_id"),
        TokenId = claims.RequiredText("jti"),
        IssuedAt = claims.RequiredTime("iat"),
        ExpiresAt = claims.RequiredTime("exp"),
        SessionId = claims.Id("sid"),
        RefreshKeyId = claims.Text("refresh_kid"),
        Scope = claims.Text("scope"),
        Roles = claims.Texts("roles"),
        AuthenticationMethods = claims.Texts("amr"),
        AuthenticationContext = claims.Text("acr"),
        AuthenticatedAt = claims.Time("auth_time"),
        // A token that is bound in a way that this library does not know must not count as unbound: jkt is required.
        KeyThumbprint = claims.Object("cnf")?.RequiredText("jkt"),
        Others = [.. claims.Except(Modelled).SelectMany(ReadOther)],
    };

    static IEnumerable<TokenClaim> ReadOther(JsonProperty claim) =>
        claim.Value.ValueKind == JsonValueKind.Array && claim.Value.GetArrayLength() > 0
            && claim.Value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String)
            ? claim.Value.EnumerateArray().Select(element => ReadValue(claim.Name, element))
            : [ReadValue(claim.Name, claim.Value)];

    static TokenClaim ReadValue(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new(name, value.GetString()!, TokenClaimKind.String),
        JsonValueKind.Number => new(name, value.GetRawText(), TokenClaimKind.Number),
        JsonValueKind.True or JsonValueKind.False => new(name, value.GetRawText(), TokenClaimKind.Boolean),
        _ => new(name, value.GetRawText(), TokenClaimKind.Json),
    };
}
