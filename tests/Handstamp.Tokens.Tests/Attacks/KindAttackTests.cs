using System.Text.Json.Nodes;
using Xunit;
using static Handstamp.Tokens.Tests.Attacks.Attack;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Another kind of token instead of an access token.</summary>
public sealed class KindAttackTests
{
    // RFC 8725 §3.11, RFC 9068 §4: another token of the same issuer, signed with the same key.
    [Theory]
    [InlineData("JWT")]
    [InlineData("secevent+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("at+jwt ")]
    [InlineData("application/application/at+jwt")]
    [InlineData("text/at+jwt")]
    [InlineData("")]
    public void Another_kind_of_token(string type) =>
        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h["typ"] = type)));

    // RFC 9068 §5: an OpenID Connect ID token of the same issuer.
    [Fact]
    public void An_ID_token_which_has_no_typ()
    {
        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h.Remove("typ"))));
        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h["typ"] = 1)));
        Assert.Equal(
            new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h["typ"] = new JsonArray("at+jwt"))));
    }

    // RFC 9700 §4.14: a refresh token is only for the authorization server.
    [Fact]
    public void A_refresh_token() =>
        AssertMalformed(RefreshToken.Create(MacKey.Create(1), Given.SessionId, 1).Encode());

    // RFC 8417 §4.5: a security event of ours, which the revocation feed sends to every API.
    [Fact]
    public void A_security_event()
    {
        var ended = new SecurityEvent
        {
            Issuer = Given.Issuer,
            Audience = [Given.Audience],
            TokenId = "event-1",
            IssuedAt = Given.Now,
            Subject = new RevokedSession(Given.SessionId, "account-1", "logout"),
        };

        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(ended.ToJwt(Given.Key)));
    }

    // CVE-2023-51774, CVE-2022-3102: an encrypted token, which anyone with the public key can make.
    [Theory]
    [InlineData("RSA-OAEP-256", "A256GCM")]
    [InlineData("ECDH-ES", "A128CBC-HS256")]
    [InlineData("dir", "A128GCM")]
    public void A_JWE(string algorithm, string encryption)
    {
        var header = Given.Header;
        (header["alg"], header["enc"]) = (algorithm, encryption);
        var first = Given.Segment(header.ToJsonString());

        AssertMalformed($"{first}.{Segments[2]}.{Segments[2]}.{Segments[1]}.{Segments[2]}");
        AssertMalformed($"{first}..{Segments[2]}.{Segments[1]}.{Segments[2]}");
        AssertMalformed(Given.Signed(header.ToJsonString(), Given.Claims.ToJsonString()));
    }

    // CVE-2023-50658, CVE-2023-52428; Tervoort, "Three New Attacks Against JSON Web Tokens" (2023): "billion hashes".
    [Fact]
    public void A_JWE_that_asks_for_billions_of_hashes()
    {
        var header = Given.Header;
        (header["alg"], header["enc"], header["p2s"], header["p2c"]) = ("PBES2-HS256+A128KW", "A128GCM", "AAAA", int.MaxValue);
        var first = Given.Segment(header.ToJsonString());

        AssertMalformed($"{first}.{Segments[2]}.{Segments[2]}.{Segments[1]}.{Segments[2]}");
        AssertMalformed(Given.Signed(header.ToJsonString(), Given.Claims.ToJsonString()));
    }

    // RFC 7515 §7.2, RFC 9068 §2: the compact form is the only one.
    [Fact]
    public void The_JSON_serialisation()
    {
        var flattened = new JsonObject { ["protected"] = Segments[0], ["payload"] = Segments[1], ["signature"] = Segments[2] };
        var general = new JsonObject
        {
            ["payload"] = Segments[1],
            ["signatures"] = new JsonArray(new JsonObject { ["protected"] = Segments[0], ["signature"] = Segments[2] }),
        };

        AssertMalformed(flattened.ToJsonString());
        AssertMalformed(general.ToJsonString());
    }

    // CVE-2022-39227: one reader reads JSON and another reads three segments, with other claims.
    [Fact]
    public void A_text_that_is_both_JSON_and_compact()
    {
        var forged = Given.Segment(Given.Claims.ToJsonString().Replace("account-1", "admin", StringComparison.Ordinal));

        AssertMalformed($$"""{"{{Segments[0]}}.{{forged}}.":"","protected":"{{Segments[0]}}","payload":"{{Segments[1]}}","signature":"{{Segments[2]}}"}""");
    }
}
