using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Attacks with the key set that an API fetches: keys that verify everything, or that reveal themselves.</summary>
public sealed class KeySetAttackTests
{
    static JsonObject Ec => JsonNode.Parse(Attack.Jwk(Given.Key.PublicKey))!.AsObject();

    static JsonObject Rsa => JsonNode.Parse(Attack.Jwk(Given.RsaKey.PublicKey))!.AsObject();

    [Fact]
    public void The_keys_that_the_attacks_start_from_are_good()
    {
        Assert.True(IsTaken(Ec));
        Assert.True(IsTaken(Rsa));
    }

    // Biehl, Meyer, Müller (2000); Jager, Schwenk, Somorovsky, "Practical Invalid Curve Attacks" (2015); RFC 8725 §3.4.
    [Fact]
    public void A_point_that_is_not_on_the_curve()
    {
        AssertSkipped(Ec, key => key["y"] = key["x"]!.GetValue<string>());
        AssertSkipped(Ec, key => (key["x"], key["y"]) = (Zeros(32), Zeros(32)));
    }

    // SEC 1 §2.3.4: a coordinate beyond the field's prime, or in fewer or more bytes, is another spelling of a key.
    [Fact]
    public void A_coordinate_that_is_not_reduced_or_not_of_32_bytes()
    {
        AssertSkipped(Ec, key => key["x"] = Base64Url.EncodeToString(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        AssertSkipped(Ec, key => key["x"] = Base64Url.EncodeToString([0, .. Base64Url.DecodeFromChars(key["x"]!.GetValue<string>())]));
        AssertSkipped(Ec, key => key["x"] = "AQ");
    }

    // RFC 7518 §3.4: ES256 uses only P-256.
    [Fact]
    public void A_key_on_another_curve()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        AssertSkipped(Ec, jwk => (jwk["crv"], jwk["x"], jwk["y"]) =
            ("P-384", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y)));
        AssertSkipped(Ec, jwk => jwk["crv"] = "secp256k1");
    }

    // RFC 7518 §3.3, SP 800-131A: fewer than 2048 bits.
    [Fact]
    public void A_small_RSA_key()
    {
        using var key = RSA.Create(1024);
        AssertSkipped(Rsa, jwk => jwk["n"] = Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: false).Modulus));
    }

    // CWE-400: a key that takes seconds to use.
    [Fact]
    public void A_huge_RSA_key_or_exponent()
    {
        AssertSkipped(Rsa, jwk => jwk["n"] = Base64Url.EncodeToString(Enumerable.Repeat((byte)0xFF, 1025).ToArray()));
        AssertSkipped(Rsa, jwk => jwk["e"] = Base64Url.EncodeToString(Enumerable.Repeat((byte)0xFF, 256).ToArray()));
    }

    // RFC 8017 §3.1: with exponent 1, every text is its own signature; even exponents have no inverse.
    [Theory]
    [InlineData("AQ")]
    [InlineData("Ag")]
    [InlineData("AA")]
    [InlineData("AAEAAQ")]
    public void An_invalid_RSA_exponent(string exponent) => AssertSkipped(Rsa, jwk => jwk["e"] = exponent);

    // CVE-2016-10555, RFC 7518 §6.4: a symmetric key, with which every verifier can sign.
    [Fact]
    public void A_symmetric_key() => AssertSkipped(new JsonObject { ["kty"] = "oct", ["k"] = "AAAA", ["kid"] = "1" }, _ => { });

    // RFC 7517 §9.2: a private key that was published by mistake is known to everyone.
    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("k")]
    public void A_private_key(string member) => AssertSkipped(Ec, key => key[member] = "AAAA");

    // RFC 7517 §4.2, §4.3: a key for something else.
    [Fact]
    public void A_key_for_another_use()
    {
        AssertSkipped(Ec, key => key["use"] = "enc");
        AssertSkipped(Ec, key => key["key_ops"] = new JsonArray("deriveBits"));
        AssertSkipped(Ec, key => key["alg"] = "ECDH-ES");
        AssertSkipped(Ec, key => key["alg"] = "none");
        AssertSkipped(Rsa, key => key["alg"] = "HS256");
    }

    // RFC 7517 §4.5: two keys with one id leave the choice to chance, or to the person who added the second.
    [Fact]
    public void A_second_key_of_the_same_id()
    {
        var second = JsonNode.Parse(Attack.Jwk(Given.Stranger.PublicKey))!.AsObject();
        second["kid"] = Given.Key.KeyId;

        Assert.False(JsonWebKeySet.TryParse(Set(Ec, second), out _));
    }

    static void AssertSkipped(JsonObject key, Action<JsonObject> change)
    {
        change(key);
        Assert.False(IsTaken(key));
    }

    static bool IsTaken(JsonObject key) => JsonWebKeySet.TryParse(Set(key), out var keys) && keys.Keys.Count == 1;

    static byte[] Set(params JsonNode[] keys) => Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString());

    static string Zeros(int length) => Base64Url.EncodeToString(new byte[length]);
}
