using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Handstamp.Tokens.Tests;

/// <summary>A valid token and everything it needs. Each test breaks one thing.</summary>
static class Given
{
    public const string Issuer = "https://login.example";
    public const string Audience = "https://api.example";

    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Guid SessionId = new("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e");
    public static readonly SigningKey Key = RfcKey();
    public static readonly SigningKey RsaKey = SigningKey.Create(JwsAlgorithm.Rs256);
    public static readonly SigningKey Stranger = SigningKey.Create(JwsAlgorithm.Es256);
    public static readonly JsonWebKeySet Keys = new([Key.PublicKey, RsaKey.PublicKey]);
    public static readonly AccessTokenRules Rules = new() { Issuer = Issuer, Audiences = [Audience] };

    public static AccessToken Token => new()
    {
        Issuer = Issuer,
        Subject = "account-1",
        Audience = [Audience],
        IssuedAt = Now,
        ExpiresAt = Now.AddMinutes(10),
        TokenId = "token-1",
        ClientId = "web",
        SessionId = SessionId,
        RefreshKeyId = "mac-1",
        Scope = "profile orders",
        Roles = ["admin", "buyer"],
        AuthenticationMethods = ["pwd", "otp"],
        AuthenticationContext = "1",
        AuthenticatedAt = Now.AddHours(-1),
    };

    public static JsonObject Header => new()
    {
        ["alg"] = "ES256",
        ["typ"] = "at+jwt",
        ["kid"] = Key.KeyId,
    };

    public static JsonObject Claims => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = "account-1",
        ["client_id"] = "web",
        ["jti"] = "token-1",
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["exp"] = Now.AddMinutes(10).ToUnixTimeSeconds(),
    };

    public static string Segment(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>A JWS with a valid signature, whatever the rest says.</summary>
    public static string Signed(string header, string payload, SigningKey? key = null) =>
        SignedSegments(Segment(header), Segment(payload), key);

    public static string SignedSegments(string header, string payload, SigningKey? key = null)
    {
        key ??= Key;
        var signature = new byte[key.SignatureSize];
        key.Sign(Encoding.UTF8.GetBytes($"{header}.{payload}"), signature);
        return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    public static string WithHeader(Action<JsonObject> change)
    {
        var header = Header;
        change(header);
        return Signed(header.ToJsonString(), Claims.ToJsonString());
    }

    public static string WithClaims(Action<JsonObject> change)
    {
        var claims = Claims;
        change(claims);
        return WithPayload(claims.ToJsonString());
    }

    public static string WithPayload(string payload) => Signed(Header.ToJsonString(), payload);

    /// <summary>The valid claims, with one of them given as raw JSON, which a writer might not produce.</summary>
    public static string WithClaim(string name, string json)
    {
        var claims = Claims;
        claims.Remove(name);
        return WithPayload($$"""{{{claims.ToJsonString()[1..^1]}},"{{name}}":{{json}}}""");
    }

    public static AccessTokenOutcome Verify(string jwt) => AccessTokenVerifier.Verify(jwt, Keys, Rules, Now);

    // The key of RFC 7515 A.3.1: fixed and public.
    static SigningKey RfcKey()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64Url.DecodeFromChars("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
            },
        });
        return SigningKey.ImportPkcs8(JwsAlgorithm.Es256, key.ExportPkcs8PrivateKey());
    }
}
