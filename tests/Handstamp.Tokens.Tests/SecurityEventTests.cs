using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class SecurityEventTests
{
    static readonly SecurityEvent Revocation = new()
    {
        Issuer = Given.Issuer,
        Audience = [Given.Audience],
        TokenId = "event-1",
        IssuedAt = Given.Now,
        Subject = new RevokedSession(Given.SessionId, "account-1", "logout"),
    };

    static readonly SecurityEvent KeyRevocation = Revocation with { Subject = new RevokedKey("kid-1") };

    [Fact]
    public void A_revoked_session_is_a_CAEP_event() => Assert.Equal(
        """
        {"iss":"https://login.example","aud":"https://api.example","jti":"event-1","iat":1772366400,
        "sub_id":{"format":"complex",
        "session":{"format":"opaque","id":"0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e"},
        "user":{"format":"iss_sub","iss":"https://login.example","sub":"account-1"}},
        "events":{"https://schemas.openid.net/secevent/caep/event-type/session-revoked":
        {"event_timestamp":1772366400,"reason_admin":{"en":"logout"}}}}
        """.ReplaceLineEndings(""),
        Payload(Revocation));

    [Fact]
    public void A_revoked_key_is_an_event_of_our_own() => Assert.Equal(
        """
        {"iss":"https://login.example","aud":"https://api.example","jti":"event-1","iat":1772366400,
        "events":{"urn:handstamp:event:signing-key-revoked":{"event_timestamp":1772366400,"kid":"kid-1"}}}
        """.ReplaceLineEndings(""),
        Payload(KeyRevocation));

    [Fact]
    public void The_header_says_that_it_is_an_event() => Assert.Equal(
        $$"""{"alg":"ES256","typ":"secevent+jwt","kid":"{{Given.Key.KeyId}}"}""",
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Revocation.ToJwt(Given.Key).Split('.')[0])));

    public static TheoryData<SecurityEvent> Events =>
    [
        Revocation,
        KeyRevocation,
        Revocation with { Subject = new RevokedSession(Given.SessionId, null, "reuse") },
        Revocation with { Subject = new RevokedSession(Given.SessionId, "account-1", "") },
        Revocation with { Audience = ["a", "b"] },
    ];

    [Theory, MemberData(nameof(Events))]
    public void A_signed_event_is_read_with_the_same_content(SecurityEvent issued)
    {
        var verified = Assert.IsType<SecurityEventOutcome.Verified>(Verify(issued.ToJwt(Given.RsaKey)));

        Assert.Equal(Given.RsaKey.KeyId, verified.KeyId);
        Assert.Equivalent(issued, verified.Event, strict: true);
    }

    [Fact]
    public void Another_issuer_is_refused() => Assert.Equal(
        new SecurityEventOutcome.WrongIssuer(), Verify((Revocation with { Issuer = "other" }).ToJwt(Given.Key)));

    [Fact]
    public void An_access_token_is_not_an_event_and_an_event_is_not_an_access_token()
    {
        Assert.Equal(new SecurityEventOutcome.WrongType(), Verify(Given.Token.ToJwt(Given.Key)));
        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(Revocation.ToJwt(Given.Key)));
    }

    [Fact]
    public void A_strangers_event_is_refused() => Assert.Equal(
        new SecurityEventOutcome.UnknownKey(Given.Stranger.KeyId), Verify(Revocation.ToJwt(Given.Stranger)));

    [Fact]
    public void An_event_under_the_signature_of_another_is_refused()
    {
        var (one, other) = (Revocation.ToJwt(Given.Key).Split('.'), KeyRevocation.ToJwt(Given.Key).Split('.'));

        Assert.Equal(new SecurityEventOutcome.BadSignature(), Verify($"{one[0]}.{one[1]}.{other[2]}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("hsr_")]
    public void Any_other_text_is_refused(string text) =>
        Assert.IsType<SecurityEventOutcome.Malformed>(Verify(text));

    [Fact]
    public void An_event_of_an_unknown_type_is_distinguished_from_an_invalid_one()
    {
        var claims = Claims(KeyRevocation);
        claims["events"] = new JsonObject { ["urn:handstamp:event:of-the-future"] = new JsonObject() };

        Assert.Equal(new SecurityEventOutcome.UnknownEvent(), Verify(Signed(claims)));

        claims["iss"] = "other";
        Assert.Equal(new SecurityEventOutcome.WrongIssuer(), Verify(Signed(claims)));
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("jti")]
    [InlineData("iat")]
    [InlineData("sub_id")]
    [InlineData("events")]
    [InlineData("sub_id/format")]
    [InlineData("sub_id/session")]
    [InlineData("sub_id/session/format")]
    [InlineData("sub_id/session/id")]
    [InlineData("sub_id/user/format")]
    [InlineData("sub_id/user/iss")]
    [InlineData("sub_id/user/sub")]
    public void A_session_event_with_a_member_missing_or_of_another_type_or_value_is_refused(string path)
    {
        AssertMalformed(Revocation, path, (parent, name) => parent.Remove(name));
        AssertMalformed(Revocation, path, (parent, name) => parent[name] = true);
        AssertMalformed(Revocation, path, (parent, name) => parent[name] = "");
    }

    [Theory]
    [InlineData("events/*/reason_admin")]
    [InlineData("events/*/reason_admin/en")]
    public void A_reason_of_another_type_is_refused(string path) =>
        AssertMalformed(Revocation, path, (parent, name) => parent[name] = true);

    [Fact]
    public void A_key_event_without_kid_is_refused() =>
        AssertMalformed(KeyRevocation, "events/*/kid", (parent, name) => parent.Remove(name));

    [Fact]
    public void A_user_of_another_issuer_is_refused() =>
        AssertMalformed(Revocation, "sub_id/user/iss", (parent, name) => parent[name] = "https://other.example");

    [Fact]
    public void No_event_or_two_in_one_token_are_refused()
    {
        AssertMalformed(Revocation, "events", (claims, name) => claims[name] = new JsonObject());
        AssertMalformed(Revocation, "events", (claims, name) =>
            claims[name]!["urn:handstamp:event:signing-key-revoked"] = new JsonObject { ["kid"] = "kid-1" });
    }

    static void AssertMalformed(SecurityEvent issued, string path, Action<JsonObject, string> change)
    {
        var claims = Claims(issued);
        var parent = claims;
        var names = path.Split('/');
        foreach (var name in names[..^1])
            parent = (name == "*" ? parent.First().Value : parent[name])!.AsObject();
        change(parent, names[^1]);

        Assert.IsType<SecurityEventOutcome.Malformed>(Verify(Signed(claims)));
    }

    static SecurityEventOutcome Verify(string jwt) => SecurityEventVerifier.Verify(jwt, Given.Keys, Given.Issuer);

    static string Signed(JsonObject claims)
    {
        var header = Given.Header;
        header["typ"] = "secevent+jwt";
        return Given.Signed(header.ToJsonString(), claims.ToJsonString());
    }

    static JsonObject Claims(SecurityEvent issued) => JsonNode.Parse(Payload(issued))!.AsObject();

    static string Payload(SecurityEvent issued) =>
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(issued.ToJwt(Given.Key).Split('.')[1]));
}
