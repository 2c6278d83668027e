using System.Text.Json.Nodes;
using Handstamp.Tokens.Tests.Attacks;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class DpopProofTests
{
    const string AccessToken = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

    static readonly Uri Target = new("https://login.example/auth/refresh");

    // RFC 9449 §4.1, §7.1: the examples, and the thumbprint of their key.
    const string ExampleHeader =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFV"
        + "ZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
    const string TokenRequest = ExampleHeader
        + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0Ijox"
        + "NTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const string ResourceRequest = ExampleHeader
        + ".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNv"
        + "dXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9"
        + ".2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
    const string ExampleThumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    static JsonObject Header => new()
    {
        ["typ"] = "dpop+jwt",
        ["alg"] = "ES256",
        ["jwk"] = PublicKey(Given.Stranger),
    };

    static JsonObject Claims => new()
    {
        ["jti"] = "proof-1",
        ["htm"] = "POST",
        ["htu"] = Target.AbsoluteUri,
        ["iat"] = Given.Now.ToUnixTimeSeconds(),
    };

    [Fact]
    public void The_examples_of_the_standard_are_valid()
    {
        var first = Accepted(DpopProofVerifier.Verify(TokenRequest, "POST", new("https://server.example.com/token"), null));
        Assert.Equal(("-BwC3ESc6acc2lTc", ExampleThumbprint), (first.TokenId, first.KeyThumbprint));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1562262616), first.IssuedAt);

        var resource = new Uri("https://resource.example.org/protectedresource");
        Assert.Equal(ExampleThumbprint, Accepted(DpopProofVerifier.Verify(ResourceRequest, "GET", resource, AccessToken)).KeyThumbprint);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public void A_proof_that_this_library_makes_is_valid(string algorithm)
    {
        using var key = SigningKey.Create(JwsAlgorithm.Find(algorithm)!);
        var jwt = DpopProof.Create(key, "GET", new("https://api.example:8443/orders?page=2#top"), Given.Now, AccessToken, "nonce-1");

        var proof = Accepted(DpopProofVerifier.Verify(jwt, "GET", new("https://api.example:8443/orders"), AccessToken));
        Assert.Equal((key.PublicKey.Thumbprint, "nonce-1", Given.Now), (proof.KeyThumbprint, proof.Nonce, proof.IssuedAt));
    }

    [Fact]
    public void Each_proof_has_its_own_id_and_so_its_own_fingerprint()
    {
        var proofs = Enumerable.Range(0, 50).Select(_ => Accepted(Verify(DpopProof.Create(Given.Stranger, "POST", Target, Given.Now))));
        Assert.Equal(50, proofs.Select(proof => proof.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void The_same_id_of_another_key_has_another_fingerprint()
    {
        using var other = SigningKey.Create(JwsAlgorithm.Es256);
        var header = Header;
        header["jwk"] = PublicKey(other);

        var mine = Accepted(Verify(Signed(Header, Claims)));
        var theirs = Accepted(Verify(Signed(header, Claims, other)));
        Assert.Equal(mine.TokenId, theirs.TokenId);
        Assert.NotEqual(mine.Fingerprint, theirs.Fingerprint);
    }

    [Theory]
    [InlineData("https://LOGIN.example/auth/refresh")]
    [InlineData("https://login.example:443/auth/refresh")]
    [InlineData("https://login.example/auth/x/../refresh")]
    [InlineData("https://login.example/auth/r%65fresh")]
    [InlineData("https://login.example/auth/refresh?a=b#c")]
    public void Addresses_that_mean_the_same_are_the_same(string htu) => Accepted(Verify(With("htu", htu)));

    [Theory]
    [InlineData("htu", "https://login.example/refresh")]
    [InlineData("htu", "https://login.example/auth/refresh/")]
    [InlineData("htu", "https://login.example/auth/Refresh")]
    [InlineData("htu", "https://login.example/auth%2Frefresh")]
    [InlineData("htu", "https://login.example:8443/auth/refresh")]
    [InlineData("htu", "http://login.example/auth/refresh")]
    [InlineData("htu", "https://login.example.evil.example/auth/refresh")]
    [InlineData("htu", "https://login.example@evil.example/auth/refresh")]
    [InlineData("htu", "https://user@login.example/auth/refresh")]
    [InlineData("htu", "/auth/refresh")]
    [InlineData("htm", "GET")]
    [InlineData("htm", "post")]
    [InlineData("jti", "")]
    public void A_proof_for_another_request_is_refused(string claim, string value) => Refused(Verify(With(claim, value)));

    [Theory]
    [InlineData("jti")]
    [InlineData("htm")]
    [InlineData("htu")]
    [InlineData("iat")]
    public void Each_claim_is_required(string claim)
    {
        var claims = Claims;
        claims.Remove(claim);
        Assert.Contains(claim, Refused(Verify(Signed(Header, claims))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_must_name_the_access_token_that_is_sent_with_it()
    {
        var other = DpopProof.Create(Given.Stranger, "POST", Target, Given.Now, "another token");
        Assert.Contains("ath", Refused(DpopProofVerifier.Verify(Signed(Header, Claims), "POST", Target, AccessToken)), StringComparison.Ordinal);
        Assert.Contains("ath", Refused(DpopProofVerifier.Verify(other, "POST", Target, AccessToken)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_signature_must_be_by_the_key_in_the_proof()
    {
        var stolen = Signed(Header, Claims, Given.Key);
        Assert.Contains("signature", Refused(Verify(stolen)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_not_one_of_a_proof_is_refused()
    {
        (string Name, JsonNode? Value)[] wrong =
        [
            ("typ", "JWT"), ("typ", "at+jwt"), ("typ", null),
            ("alg", "none"), ("alg", "HS256"), ("alg", "RS256"), ("alg", null), ("alg", 1),
            ("jwk", null), ("jwk", "key"), ("jwk", new JsonObject()), ("jwk", new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" }),
            ("jwk", WithPrivatePart()),
            ("crit", new JsonArray("exp")), ("x5u", "https://evil.example"), ("jku", "https://evil.example"), ("b64", false),
        ];
        foreach (var (name, value) in wrong)
        {
            var header = Header;
            header[name] = value;
            if (value is null) header.Remove(name);
            Refused(Verify(Signed(header, Claims)));
        }
    }

    [Fact]
    public void The_refusal_names_the_fault_of_the_key_in_the_proof()
    {
        var (withoutKey, ofOtherKey) = (Header, Header);
        (withoutKey["jwk"], ofOtherKey["alg"]) = ("key", "RS256");

        Assert.Equal("jwk is not a public key for ES256 or RS256", Refused(Verify(Signed(withoutKey, Claims))));
        Assert.Equal("alg does not match the key", Refused(Verify(Signed(ofOtherKey, Claims))));
    }

    [Fact]
    public void An_access_token_is_not_a_proof() =>
        Assert.Contains("typ", Refused(Verify(Given.Token.ToJwt(Given.Key))), StringComparison.Ordinal);

    [Fact]
    public void A_proof_is_not_an_access_token() => Assert.IsType<AccessTokenOutcome.WrongType>(
        AccessTokenVerifier.Verify(DpopProof.Create(Given.Key, "POST", Target, Given.Now), Given.Keys, Given.Rules, Given.Now));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("not a proof")]
    public void A_text_that_is_not_a_token_is_refused(string text) => Refused(Verify(text));

    [Fact]
    public void A_proof_of_more_than_eight_kilobytes_is_not_read() =>
        Assert.Contains("longer", Refused(Verify(With("jti", new string('a', 8192)))), StringComparison.Ordinal);

    static DpopProofOutcome Verify(string jwt) => DpopProofVerifier.Verify(jwt, "POST", Target, accessToken: null);

    static DpopProof Accepted(DpopProofOutcome outcome) => Assert.IsType<DpopProofOutcome.Verified>(outcome).Proof;

    static string Refused(DpopProofOutcome outcome) => Assert.IsType<DpopProofOutcome.Refused>(outcome).Reason;

    static string With(string claim, string value)
    {
        var claims = Claims;
        claims[claim] = value;
        return Signed(Header, claims);
    }

    static string Signed(JsonObject header, JsonObject claims, SigningKey? key = null) =>
        Given.Signed(header.ToJsonString(), claims.ToJsonString(), key ?? Given.Stranger);

    static JsonObject PublicKey(SigningKey key) => JsonNode.Parse(Attack.Jwk(key.PublicKey))!.AsObject();

    static JsonObject WithPrivatePart()
    {
        var key = PublicKey(Given.Stranger);
        key["d"] = "AAAA";
        return key;
    }
}
