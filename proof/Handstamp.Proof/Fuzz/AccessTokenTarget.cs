using System.Text;
using System.Text.Json;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// Access tokens. An accepted token says what another JSON reader reads in it, keeps the rules, and says the same when
/// it is written again.
/// </summary>
sealed class AccessTokenTarget() : JwsTarget("at+jwt")
{
    const string Issuer = "https://login.example";
    const string Audience = "https://api.example";

    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly AccessTokenRules Rules = new() { Issuer = Issuer, Audiences = [Audience] };

    public override string Name => "access token";

    public override IReadOnlyList<byte[]> Seeds => field ??=
    [
        Seed(Full.ToJwt),
        Seed($$"""{"iss":"{{Issuer}}","aud":"{{Audience}}","sub":"a","client_id":"c","jti":"j","iat":1772366400,"exp":1772367000}"""),
        Seed($$"""
            {"iss":"{{Issuer}}","aud":["x","{{Audience}}"],"sub":"a","client_id":"c","jti":"j","iat":1772366400,"nbf":1772366400,
            "exp":1772367000,"cnf":{"jkt":"t"},"roles":[],"acr":"1","x":{"y":[1,"\ud83d\ude00",null]},"flag":true,"rate":1.50}
            """),
    ];

    static AccessToken Full => new()
    {
        Issuer = Issuer,
        Subject = "account-1",
        Audience = [Audience],
        IssuedAt = Now,
        ExpiresAt = Now.AddMinutes(10),
        TokenId = "token-1",
        ClientId = "web",
        SessionId = new Guid("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e"),
        Scope = "profile orders",
        Roles = ["admin", "buyer"],
        AuthenticationMethods = ["pwd"],
        AuthenticationContext = "1",
        AuthenticatedAt = Now.AddHours(-1),
        Others = [new TokenClaim("tenant", "7", TokenClaimKind.String)],
    };

    protected override (string Outcome, bool Accepted) Judge(string text)
    {
        var outcome = AccessTokenVerifier.Verify(text, Keys, Rules, Now);
        if (outcome is not AccessTokenOutcome.Verified { Token: var token })
            return (outcome is AccessTokenOutcome.Malformed { Reason: var reason } ? reason : outcome.GetType().Name, false);

        Demand(token.Issuer == Issuer && token.Audience.Contains(Audience), "an accepted token has our issuer and audience");
        Demand(token.ExpiresAt > Now && token.IssuedAt <= Now + Rules.ClockSkew, "an accepted token is valid now");
        DemandSameReading(token, ClaimsOf(text));
        if (!token.Others.Any(claim => AccessToken.IsReserved(claim.Name))) DemandSameWhenWritten(token);
        return ($"Verified with {token.Others.Count} others", true);
    }

    static void DemandSameReading(AccessToken token, byte[] claims)
    {
        using var document = JsonDocument.Parse(claims);
        var (read, names) = (document.RootElement, document.RootElement.EnumerateObject().Select(claim => claim.Name).ToList());
        Demand(names.Distinct().Count() == names.Count, "an accepted token has each claim once");
        Demand(read.GetProperty("iss").GetString() == token.Issuer, "iss");
        Demand(read.GetProperty("sub").GetString() == token.Subject, "sub");
        Demand(read.GetProperty("client_id").GetString() == token.ClientId, "client_id");
        Demand(read.GetProperty("jti").GetString() == token.TokenId, "jti");
        Demand(read.GetProperty("exp").GetDecimal() == token.ExpiresAt.ToUnixTimeSeconds(), "exp");
        Demand(read.GetProperty("iat").GetDecimal() == token.IssuedAt.ToUnixTimeSeconds(), "iat");
        Demand(!read.TryGetProperty("nbf", out var start) || start.GetDecimal() <= (Now + Rules.ClockSkew).ToUnixTimeSeconds(), "nbf");
        Demand(read.TryGetProperty("sid", out var sid) == token.SessionId.HasValue, "sid");
        Demand(token.SessionId is null || sid.GetString()!.Equals(token.SessionId.ToString(), StringComparison.OrdinalIgnoreCase), "sid");
        Demand(!read.TryGetProperty("cnf", out var bound) || bound.GetProperty("jkt").GetString() == token.KeyThumbprint, "cnf");
        Demand(token.Roles.SequenceEqual(Texts(read, "roles")), "roles");
        Demand(read.TryGetProperty("acr", out var context) == token.AuthenticationContext is not null, "acr");
        Demand(token.AuthenticationContext is null || context.GetString() == token.AuthenticationContext, "acr");
        Demand(token.AuthenticationMethods.SequenceEqual(Texts(read, "amr")), "amr");
    }

    void DemandSameWhenWritten(AccessToken token)
    {
        if (!TryWrite(token, out var jwt)) return;
        var again = AccessTokenVerifier.Verify(jwt, Keys, Rules, Now);
        Demand(again is AccessTokenOutcome.Verified { Token: var second } && Show(second) == Show(token), "what is accepted can be written");
    }

    // A token that just fitted may not fit again: some characters that were unescaped are now escaped.
    bool TryWrite(AccessToken token, out string jwt)
    {
        try
        {
            jwt = token.ToJwt(Key);
            return true;
        }
        catch (InvalidOperationException)
        {
            jwt = "";
            return false;
        }
    }

    static IEnumerable<string?> Texts(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(text => text.GetString()) : [];

    static string Show(AccessToken token) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(token));
}
