using System.Buffers.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

/// <summary>The reason in a refusal: a developer has nothing else to find the fault with.</summary>
public sealed class ReasonTests
{
    const string NoObject = "the claims are not a JSON object";

    static readonly Uri Target = new("https://api.example/orders");

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("ä.b.c")]
    public void Not_three_segments(string jwt) => AssertReason("not three segments of ASCII text", jwt);

    [Theory]
    [InlineData("..")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.*")]
    public void An_invalid_segment(string jwt) => AssertReason("a segment is empty or not base64url", jwt);

    [Fact]
    public void Claims_that_are_not_an_object()
    {
        AssertReason(NoObject, Given.WithPayload("[]"));
        Assert.Equal(new DpopProofOutcome.Refused(NoObject), DpopProofVerifier.Verify(Proof("[]"), "GET", Target, null));
        Assert.Equal(new SecurityEventOutcome.Malformed(NoObject), SecurityEventVerifier.Verify(Event("[]"), Given.Keys, Given.Issuer));
    }

    [Theory]
    [InlineData("sub", "1", "sub must be a string that is not empty")]
    [InlineData("sub", "\"\"", "sub must be a string that is not empty")]
    [InlineData("aud", "1", "aud must be a string or a list of strings")]
    [InlineData("aud", "[1]", "aud must be a list of strings")]
    [InlineData("roles", "\"admin\"", "roles must be a list of strings")]
    [InlineData("roles", "[1]", "roles must be a list of strings")]
    [InlineData("exp", "1.5", "exp must be a whole number of seconds since 1970")]
    [InlineData("nbf", "-1", "nbf must be a whole number of seconds since 1970")]
    [InlineData("sid", "\"1\"", "sid must be a UUID")]
    [InlineData("cnf", "1", "cnf must be an object")]
    public void A_claim_of_another_kind(string name, string json, string reason) => AssertReason(reason, Given.WithClaim(name, json));

    [Theory]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    public void A_missing_claim(string name) => AssertReason($"{name} is missing", Given.WithClaims(claims => claims.Remove(name)));

    [Fact]
    public void The_first_of_several_faults_is_reported() =>
        AssertReason("aud is missing", Given.WithClaims(claims => { claims.Remove("aud"); claims.Remove("sub"); }));

    [Theory]
    [InlineData("sub_id", "sub_id is missing")]
    [InlineData("session", "session is missing")]
    [InlineData("id", "id is missing")]
    [InlineData("events", "events must hold one event")]
    public void A_member_of_an_event(string name, string reason)
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(new SecurityEvent
        {
            Issuer = Given.Issuer,
            Audience = [Given.Audience],
            TokenId = "event-1",
            IssuedAt = Given.Now,
            Subject = new RevokedSession(Given.SessionId, "account-1", "logout"),
        }.ToJwt(Given.Key).Split('.')[1]))!.AsObject();
        var subject = claims["sub_id"]!.AsObject();
        var parent = name switch { "session" => subject, "id" => subject["session"]!.AsObject(), _ => claims };
        if (name == "events") parent[name]!.AsObject()["urn:other"] = new JsonObject();
        else parent.Remove(name);

        Assert.Equal(new SecurityEventOutcome.Malformed(reason), SecurityEventVerifier.Verify(Event(claims.ToJsonString()), Given.Keys, Given.Issuer));
    }

    [Fact]
    public void The_first_second_of_1970_is_a_time() => Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(Given.WithClaim("nbf", "0")));

    [Fact]
    public void A_proof_for_another_address() => Assert.Equal(
        new DpopProofOutcome.Refused("htu is not the address of the request"),
        DpopProofVerifier.Verify(DpopProof.Create(Given.Key, "GET", new("https://api.example/other"), Given.Now), "GET", Target, null));

    [Fact]
    public void A_wrong_header()
    {
        AssertReason("the header is not a JSON object", Given.Signed("[]", Given.Claims.ToJsonString()));
        AssertReason("the header holds crit", Given.WithHeader(header => header["crit"] = "exp"));
        AssertReason("the header holds jwk", Given.WithHeader(header => header["jwk"] = "key"));
        AssertReason("alg does not match the key", Given.WithHeader(header => header["alg"] = "RS256"));
        AssertReason("kid is longer than 256 characters", Given.WithHeader(header => header["kid"] = new string('k', 257)));
        AssertReason("kid is missing", Given.WithHeader(header => header.Remove("kid")));
    }

    [Fact]
    public void A_call_without_a_key_or_an_address_names_the_argument()
    {
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => DpopNonce.Create(null!, Given.Now)).ParamName);
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => DpopNonce.ReadTime("", null!)).ParamName);
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => DpopProof.Create(null!, "GET", Target, Given.Now)).ParamName);
        Assert.Equal("target", Assert.Throws<ArgumentNullException>(() => DpopProof.Create(Given.Key, "GET", null!, Given.Now)).ParamName);
    }

    static string Proof(string payload)
    {
        var header = DpopProof.Create(Given.Key, "GET", Target, Given.Now).Split('.')[0];
        return Given.SignedSegments(header, Given.Segment(payload));
    }

    static string Event(string payload)
    {
        var header = Given.Header;
        header["typ"] = "secevent+jwt";
        return Given.Signed(header.ToJsonString(), payload);
    }

    static void AssertReason(string reason, string jwt) =>
        Assert.Equal(new AccessTokenOutcome.Malformed(reason), Given.Verify(jwt));
}
