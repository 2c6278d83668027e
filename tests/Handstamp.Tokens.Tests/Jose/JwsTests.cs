using System.Text;
using System.Text.Json.Nodes;
using Handstamp.Tokens.Jose;
using Handstamp.Tokens.Tests.Attacks;
using Xunit;

namespace Handstamp.Tokens.Tests.Jose;

/// <summary>The header of a key's tokens is read only once. These tests show what that must not change.</summary>
public sealed class JwsTests
{
    static readonly string Good = Given.Token.ToJwt(Given.Key);

    public JwsTests() => Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(Good));

    static string HeaderOf(string jws) => jws.Split('.')[0];

    [Fact]
    public void The_header_of_a_valid_access_token_is_known_from_then_on()
    {
        using var key = SigningKey.Create(JwsAlgorithm.Es256);
        var (token, keys) = (Given.Token.ToJwt(key), new JsonWebKeySet([key.PublicKey]));
        Assert.False(IsKnown(key, token, "at+jwt"));

        Assert.IsType<AccessTokenOutcome.Verified>(AccessTokenVerifier.Verify(token, keys, Given.Rules, Given.Now));

        Assert.True(IsKnown(key, token, "at+jwt"));
    }

    [Fact]
    public void The_header_of_an_ID_token_is_not_remembered_as_its_meaning_depends_on_the_other_keys()
    {
        using var key = SigningKey.Create(JwsAlgorithm.Es256);
        var token = Given.Signed("""{"alg":"ES256"}""", "{}", key);

        Assert.IsType<JwsOutcome.Opened>(Jws.Open(token, IdToken.Type, new JsonWebKeySet([key.PublicKey])));

        Assert.False(IsKnown(key, token, IdToken.Type));
    }

    static bool IsKnown(SigningKey key, string jws, string type) =>
        key.PublicKey.HasOpened(Encoding.ASCII.GetBytes(HeaderOf(jws)), type);

    [Fact]
    public void A_known_header_makes_no_signature_valid() => Assert.IsType<AccessTokenOutcome.BadSignature>(
        Given.Verify(Given.SignedSegments(HeaderOf(Good), Given.Segment(Given.Claims.ToJsonString()), Given.Stranger)));

    [Fact]
    public void A_known_header_of_one_type_is_not_one_of_another_type() => Assert.IsType<SecurityEventOutcome.WrongType>(
        SecurityEventVerifier.Verify(Good, Given.Keys, Given.Issuer));

    [Fact]
    public void A_known_header_names_no_key_in_a_set_that_does_not_contain_it()
    {
        var others = new JsonWebKeySet([Given.RsaKey.PublicKey]);

        Assert.Equal(
            new AccessTokenOutcome.UnknownKey(Given.Key.KeyId), AccessTokenVerifier.Verify(Good, others, Given.Rules, Given.Now));
    }

    [Fact]
    public void A_known_header_does_not_belong_to_another_key_with_the_same_id()
    {
        var json = Attack.Jwk(Given.Stranger.PublicKey).Replace(Given.Stranger.KeyId, Given.Key.KeyId, StringComparison.Ordinal);
        Assert.True(JsonWebKey.TryParse(Encoding.UTF8.GetBytes(json), out var impostor));

        Assert.IsType<AccessTokenOutcome.BadSignature>(
            AccessTokenVerifier.Verify(Good, new JsonWebKeySet([impostor]), Given.Rules, Given.Now));
    }

    [Fact]
    public void Another_header_of_the_same_key_is_still_read() => Assert.IsType<AccessTokenOutcome.Malformed>(
        Given.Verify(Given.WithHeader(header => header["crit"] = new JsonArray("x"))));
}
