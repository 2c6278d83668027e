using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class IdTokenVerifierTests
{
    const string ClientId = "handstamp";
    const string Tenant = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";

    static readonly IdTokenRules Rules = new() { Issuer = Given.Issuer, ClientIds = [ClientId, "app"], Nonce = "nonce-1" };

    static JsonObject Header => new() { ["alg"] = "ES256", ["kid"] = Given.Key.KeyId };

    static JsonObject Claims => new()
    {
        ["iss"] = Given.Issuer,
        ["aud"] = ClientId,
        ["sub"] = "ada",
        ["nonce"] = "nonce-1",
        ["iat"] = Given.Now.ToUnixTimeSeconds(),
        ["exp"] = Given.Now.AddMinutes(5).ToUnixTimeSeconds(),
        ["email"] = "ada@example.com",
    };

    [Fact]
    public void What_the_provider_says_is_read()
    {
        var token = Assert.IsType<IdTokenOutcome.Verified>(Verify(Header, Claims)).Token;

        Assert.Equal((Given.Issuer, "ada", "nonce-1"), (token.Issuer, token.Subject, token.Nonce));
        Assert.Equal("ada@example.com", token.Claims.GetProperty("email").GetString());
        Assert.Equal($"ID token of {Given.Issuer}", token.ToString());
    }

    [Theory]
    [InlineData("iss", "\"https://evil.example\"", "iss is another issuer")]
    [InlineData("aud", "\"another\"", "aud does not name this client")]
    [InlineData("aud", "[\"handstamp\",\"another\"]", "azp is missing")]
    [InlineData("azp", "\"another\"", "azp is another client")]
    [InlineData("nonce", "\"another\"", "nonce is not that of the request")]
    [InlineData("exp", "1772366340", "exp is over")]
    [InlineData("nbf", "1772366461", "nbf is in the future")]
    [InlineData("iat", "1772366461", "iat is in the future")]
    [InlineData("sub", "\"a\\u0000\"", "sub is not a valid subject")]
    [InlineData("sub", "7", "sub must be a string that is not empty")]
    public void Each_wrong_claim_is_named(string name, string value, string reason)
    {
        var claims = Claims;
        claims[name] = JsonNode.Parse(value);
        Assert.Equal(new IdTokenOutcome.Refused(reason), Verify(Header, claims));
    }

    [Fact]
    public void A_claim_of_the_wrong_type_is_named_before_one_with_the_wrong_value()
    {
        var claims = Claims;
        claims["iss"] = "https://evil.example";
        claims["sub"] = 7;
        Assert.Equal(new IdTokenOutcome.Refused("sub must be a string that is not empty"), Verify(Header, claims));
    }

    [Fact]
    public void Claims_that_are_not_an_object_are_refused() => Assert.Equal(
        new IdTokenOutcome.Refused("the claims are not a JSON object"),
        IdTokenVerifier.Verify(Given.Signed(Header.ToJsonString(), "[]"), Given.Keys, Rules, Given.Now));

    [Fact]
    public void The_signature_of_another_key_is_refused() => Assert.Equal(
        new IdTokenOutcome.Refused("the signature does not match the key"),
        IdTokenVerifier.Verify(
            Given.Signed(Header.ToJsonString(), Claims.ToJsonString(), Given.Stranger), Given.Keys, Rules, Given.Now));

    [Fact]
    public void The_longest_subject_has_255_characters()
    {
        var claims = Claims;
        claims["sub"] = new string('a', 255);
        Assert.IsType<IdTokenOutcome.Verified>(Verify(Header, claims));

        claims["sub"] = new string('a', 256);
        Assert.Equal(new IdTokenOutcome.Refused("sub is not a valid subject"), Verify(Header, claims));
    }

    [Theory]
    [InlineData("exp", "1772366341")]
    [InlineData("nbf", "1772366460")]
    [InlineData("iat", "1772366460")]
    [InlineData("azp", "\"app\"")]
    [InlineData("aud", "[\"app\"]")]
    public void What_is_just_right_is_accepted(string name, string value)
    {
        var claims = Claims;
        claims[name] = JsonNode.Parse(value);
        Assert.IsType<IdTokenOutcome.Verified>(Verify(Header, claims));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void No_other_algorithm_than_that_of_the_key_is_accepted(string algorithm) =>
        Assert.IsType<IdTokenOutcome.Refused>(Verify(new JsonObject { ["alg"] = algorithm, ["kid"] = Given.Key.KeyId }, Claims));

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("dpop+jwt")]
    public void A_token_of_another_kind_is_refused(string type)
    {
        var header = Header;
        header["typ"] = type;
        Assert.Equal(new IdTokenOutcome.Refused("typ is not that of an ID token"), Verify(header, Claims));
    }

    [Fact]
    public void Without_an_id_the_only_key_of_the_algorithm_is_used()
    {
        var text = Given.Signed("""{"alg":"ES256"}""", Claims.ToJsonString());

        Assert.IsType<IdTokenOutcome.Verified>(IdTokenVerifier.Verify(text, Given.Keys, Rules, Given.Now));
        var refused = new IdTokenOutcome.Refused("kid is missing, and several keys or none could be meant");
        Assert.Equal(refused, IdTokenVerifier.Verify(
            text, new JsonWebKeySet([Given.Key.PublicKey, Given.Stranger.PublicKey]), Rules, Given.Now));
        Assert.Equal(refused, IdTokenVerifier.Verify(text, new JsonWebKeySet([Given.RsaKey.PublicKey]), Rules, Given.Now));
    }

    [Fact]
    public void A_key_that_is_not_there_may_be_a_new_one() => Assert.IsType<IdTokenOutcome.UnknownKey>(
        Verify(new JsonObject { ["alg"] = "ES256", ["kid"] = "new" }, Claims));

    [Theory]
    [InlineData(Tenant, Tenant, true)]
    [InlineData(Tenant, "9188040d-6c67-4c5b-b112-36a304b66dad", false)]
    [InlineData("evil.example/x", "evil.example/x", false)]
    [InlineData(null, "{tenantid}", false)]
    public void The_place_of_the_tenant_in_an_issuer_is_that_of_the_token(string? tenant, string inIssuer, bool isRight)
    {
        var claims = Claims;
        claims["iss"] = $"https://login.example/{inIssuer}/v2.0";
        if (tenant is not null) claims["tid"] = tenant;
        var rules = new IdTokenRules { Issuer = "https://login.example/{tenantid}/v2.0", ClientIds = [ClientId], Nonce = "nonce-1" };

        var outcome = IdTokenVerifier.Verify(Given.Signed(Header.ToJsonString(), claims.ToJsonString()), Given.Keys, rules, Given.Now);

        Assert.Equal(isRight, outcome is IdTokenOutcome.Verified);
    }

    [Fact]
    public void A_long_one_is_read_and_a_longer_one_is_not()
    {
        var claims = Claims;
        claims["groups"] = new JsonArray([.. Enumerable.Range(0, 200).Select(_ => JsonValue.Create(Guid.NewGuid().ToString()))]);
        Assert.IsType<IdTokenOutcome.Verified>(Verify(Header, claims));

        claims["more"] = new string('a', IdToken.MaxLength);
        Assert.IsType<IdTokenOutcome.Refused>(Verify(Header, claims));
    }

    static IdTokenOutcome Verify(JsonObject header, JsonObject claims) =>
        IdTokenVerifier.Verify(Given.Signed(header.ToJsonString(), claims.ToJsonString()), Given.Keys, Rules, Given.Now);
}
