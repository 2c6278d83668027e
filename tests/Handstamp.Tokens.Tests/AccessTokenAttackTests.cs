using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

/// <summary>The attacks on JWT libraries that are known, each with its source.</summary>
public sealed class AccessTokenAttackTests
{
    static readonly string Valid = Given.WithClaims(_ => { });
    static readonly string[] Segments = Valid.Split('.');

    [Fact]
    public void The_token_that_the_attacks_start_from_is_good() =>
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(Valid));

    // CVE-2015-9235, CVE-2022-23540, RFC 8725 §2.1; the casings: the "nOnE" bypass of 2020.
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("none ")]
    [InlineData("")]
    public void Alg_none(string algorithm)
    {
        var header = Given.Header;
        header["alg"] = algorithm;
        var unsigned = $"{Given.Segment(header.ToJsonString())}.{Segments[1]}.";

        AssertMalformed(unsigned);
        AssertMalformed(unsigned + Segments[2]);
        AssertMalformed(Given.WithHeader(signed => signed["alg"] = algorithm));
    }

    // CVE-2015-9235, CVE-2016-5431, CVE-2016-10555: the public key, which everyone has, taken for an HMAC secret.
    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public void HMAC_with_the_public_key_as_its_secret(string algorithm)
    {
        foreach (var key in Given.Keys.Keys)
        {
            foreach (var secret in FormsOf(key))
            {
                var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "at+jwt", ["kid"] = key.KeyId };
                var signed = $"{Given.Segment(header.ToJsonString())}.{Segments[1]}";
                var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
                AssertRefused($"{signed}.{Base64Url.EncodeToString(mac)}");
            }
        }
    }

    // RFC 8725 §3.10, PortSwigger Web Security Academy "JWT attacks": a kid that becomes a path, a query or a command.
    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("/proc/sys/kernel/randomize_va_space")]
    [InlineData("' UNION SELECT 'secret' --")]
    [InlineData("x'; DROP TABLE keys; --")]
    [InlineData("key|/usr/bin/id")]
    [InlineData("http://evil.example/jwks.json")]
    [InlineData("\u0000")]
    [InlineData("\r\nX-Injected: 1")]
    public void A_kid_that_injects(string keyId) =>
        Assert.Equal(new AccessTokenOutcome.UnknownKey(keyId), Given.Verify(Given.WithHeader(h => h["kid"] = keyId)));

    [Fact]
    public void A_kid_that_resembles_a_known_one()
    {
        AssertUnknown(Given.Key.KeyId + " ");
        AssertUnknown(Given.Key.KeyId.ToUpperInvariant());
        AssertUnknown(Given.Key.KeyId[..^1]);
        AssertUnknown(Given.Key.KeyId + "\0");
    }

    [Fact]
    public void A_kid_that_is_huge_missing_or_no_text()
    {
        AssertMalformed(Given.WithHeader(header => header["kid"] = new string('k', 257)));
        AssertMalformed(Given.WithHeader(header => header.Remove("kid")));
        AssertMalformed(Given.WithHeader(header => header["kid"] = ""));
        AssertMalformed(Given.WithHeader(header => header["kid"] = null));
        AssertMalformed(Given.WithHeader(header => header["kid"] = 0));
        AssertMalformed(Given.WithHeader(header => header["kid"] = new JsonArray(Given.Key.KeyId)));
        AssertMalformed(Given.WithHeader(header => header["kid"] = new JsonObject { ["$ne"] = "" }));
    }

    // CVE-2018-0114: the token brings the key that verifies it.
    [Fact]
    public void An_embedded_jwk()
    {
        var header = Given.Header;
        header["jwk"] = JsonNode.Parse(Jwk(Given.Stranger.PublicKey));

        AssertMalformed(Given.Signed(header.ToJsonString(), Given.Claims.ToJsonString(), Given.Stranger));
        AssertMalformed(Given.WithHeader(ours => ours["jwk"] = JsonNode.Parse(Jwk(Given.Key.PublicKey))));
    }

    // RFC 8725 §3.10: the token says where to fetch the key that verifies it. RFC 7797: b64 leaves the payload as it is.
    [Theory]
    [InlineData("jku", "\"https://evil.example/jwks.json\"")]
    [InlineData("x5u", "\"http://169.254.169.254/latest/meta-data\"")]
    [InlineData("x5c", "[\"MIIB\"]")]
    [InlineData("jwk", "null")]
    [InlineData("b64", "false")]
    [InlineData("b64", "true")]
    public void A_header_that_brings_a_key_or_changes_the_reading(string member, string value) =>
        AssertMalformed(Given.WithHeader(header => header[member] = JsonNode.Parse(value)));

    // RFC 7515 §4.1.11, CVE-2025-59420: what must be understood and is not.
    [Theory]
    [InlineData("[\"exp\"]")]
    [InlineData("[\"b64\"]")]
    [InlineData("[\"cnf\"]")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"exp\"")]
    public void A_crit_of_any_form(string value) =>
        AssertMalformed(Given.WithHeader(header => header["crit"] = JsonNode.Parse(value)));

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

    [Fact]
    public void An_ID_token_which_has_no_typ()
    {
        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h.Remove("typ"))));
        Assert.Equal(new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h["typ"] = 1)));
        Assert.Equal(
            new AccessTokenOutcome.WrongType(), Given.Verify(Given.WithHeader(h => h["typ"] = new JsonArray("at+jwt"))));
    }

    // RFC 8725 §3.1: one key, one algorithm.
    [Fact]
    public void An_algorithm_that_is_not_the_keys()
    {
        AssertMalformed(Given.WithHeader(header => header["alg"] = "RS256"));
        AssertMalformed(Given.WithHeader(header => header["alg"] = "es256"));
        AssertMalformed(Given.WithHeader(header => header["alg"] = "ES384"));
        AssertMalformed(Given.WithHeader(header => header["alg"] = null));
        AssertMalformed(Given.WithHeader(header => header["alg"] = 1));
        AssertMalformed(Given.WithHeader(header => header["alg"] = new JsonArray("ES256")));
        AssertMalformed(Given.WithHeader(header => header.Remove("alg")));

        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = Given.Key.KeyId };
        AssertMalformed(Given.Signed(header.ToJsonString(), Given.Claims.ToJsonString(), Given.RsaKey));
    }

    // CVE-2022-21449, "psychic signatures": zero, and what is zero modulo the order of the curve.
    [Fact]
    public void A_psychic_signature()
    {
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        byte[] zero = new byte[32];
        byte[] one = [.. new byte[31], 1];

        foreach (var r in (byte[][])[zero, one, order])
        {
            foreach (var s in (byte[][])[zero, one, order])
                AssertBadSignature([.. r, .. s]);
        }
    }

    // RFC 7518 §3.4 against RFC 3279: the same numbers in DER, as other software writes them.
    [Fact]
    public void A_signature_in_DER()
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Given.Key.ExportPkcs8(), out _);
        var signed = Encoding.ASCII.GetBytes($"{Segments[0]}.{Segments[1]}");

        AssertBadSignature(
            key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    // CVE-2020-28042: a short signature compared only as far as it goes.
    [Fact]
    public void A_signature_cut_short_or_drawn_out()
    {
        var signature = Base64Url.DecodeFromChars(Segments[2]);

        for (var length = 1; length < signature.Length; length++)
            AssertBadSignature(signature[..length]);
        AssertBadSignature([.. signature, 0]);
        AssertBadSignature([0, .. signature]);
        AssertBadSignature([.. signature, .. signature]);
    }

    [Fact]
    public void A_signature_with_one_bit_flipped()
    {
        for (var bit = 0; bit < 64 * 8; bit++)
        {
            var signature = Base64Url.DecodeFromChars(Segments[2]);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertBadSignature(signature);
        }
    }

    [Fact]
    public void An_RSA_signature_of_all_zeros_ones_or_bits()
    {
        var segments = Given.Token.ToJwt(Given.RsaKey).Split('.');
        foreach (var fill in (byte[])[0, 1, 0xFF])
        {
            var signature = Base64Url.EncodeToString(Enumerable.Repeat(fill, 256).ToArray());
            Assert.Equal(
                new AccessTokenOutcome.BadSignature(), Given.Verify($"{segments[0]}.{segments[1]}.{signature}"));
        }
    }

    [Fact]
    public void A_strangers_signature_under_our_kid() => Assert.Equal(
        new AccessTokenOutcome.BadSignature(),
        Given.Verify(Given.Signed(Given.Header.ToJsonString(), Given.Claims.ToJsonString(), Given.Stranger)));

    [Fact]
    public void Claims_put_under_the_signature_of_others()
    {
        var claims = Given.Claims;
        claims["sub"] = "admin";
        var header = Given.Header;
        header["x"] = 1;

        AssertBadSignature($"{Segments[0]}.{Given.Segment(claims.ToJsonString())}.{Segments[2]}");
        AssertBadSignature($"{Given.Segment(header.ToJsonString())}.{Segments[1]}.{Segments[2]}");
    }

    // RFC 8725 §3.3: nothing of a token is believed, or told, before its signature is.
    [Fact]
    public void The_signature_is_checked_before_the_claims()
    {
        foreach (var claims in (string[])["{\"exp\":0}", "{\"iss\":\"other\"}", "{", "not JSON", "{\"a\":1,\"a\":1}"])
        {
            AssertBadSignature($"{Segments[0]}.{Given.Segment(claims)}.{Segments[2]}");
            Assert.IsNotType<AccessTokenOutcome.BadSignature>(Given.Verify(Given.WithPayload(claims)));
        }
    }

    // RFC 7519 §4, RFC 7515 §4; Bishop Fox, "An Exploration of JSON Interoperability Vulnerabilities" (2021).
    [Theory]
    [InlineData("\"sub\":\"admin\"")]
    [InlineData("\"\\u0073ub\":\"admin\"")]
    [InlineData("\"exp\":4102444800")]
    [InlineData("\"x\":{\"a\":1,\"a\":2}")]
    public void A_claim_that_comes_twice(string second) =>
        AssertMalformed(Given.WithPayload($"{Given.Claims.ToJsonString()[..^1]},{second}}}"));

    [Theory]
    [InlineData("\"alg\":\"none\"")]
    [InlineData("\"kid\":\"other\"")]
    [InlineData("\"typ\":\"at+jwt\"")]
    [InlineData("\"\\u0061lg\":\"ES256\"")]
    public void A_header_member_that_comes_twice(string second) => AssertMalformed(
        Given.Signed($"{Given.Header.ToJsonString()[..^1]},{second}}}", Given.Claims.ToJsonString()));

    // RFC 8259 §9: nesting that exhausts the stack of a reader.
    [Fact]
    public void Deep_nesting()
    {
        foreach (var depth in (int[])[17, 100, 2000])
        {
            var nested = new string('[', depth) + new string(']', depth);
            AssertMalformed(Given.WithClaim("x", nested));
            AssertMalformed(Given.Signed($"{{\"x\":{nested}}}", Given.Claims.ToJsonString()));
            AssertMalformed(Given.WithPayload(nested));
        }
    }

    // RFC 8259 §8.2: text that is none.
    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800\\u0041\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[\"\\udbff\"]")]
    public void Half_a_character(string json)
    {
        AssertMalformed(Given.WithClaim("x", json));
        AssertMalformed(Given.WithClaim("sub", json));
        AssertMalformed(Given.Signed($"{{\"kid\":{json}}}", Given.Claims.ToJsonString()));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Bytes_that_are_not_UTF_8(byte[] bytes)
    {
        byte[] claims = [.. Encoding.UTF8.GetBytes(Given.Claims.ToJsonString()[..^1] + ",\"x\":\""), .. bytes, .. "\"}"u8];

        AssertMalformed(Given.SignedSegments(Segments[0], Base64Url.EncodeToString(claims)));
        AssertMalformed(Given.SignedSegments(Base64Url.EncodeToString(bytes), Segments[1]));
    }

    [Fact]
    public void A_byte_order_mark()
    {
        AssertMalformed(Given.WithPayload("\uFEFF" + Given.Claims.ToJsonString()));
        AssertMalformed(Given.Signed("\uFEFF" + Given.Header.ToJsonString(), Given.Claims.ToJsonString()));
        AssertMalformed("\uFEFF" + Valid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}{}")]
    [InlineData("{},")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{/**/}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":\"\n\"}")]
    public void Claims_or_a_header_that_are_not_one_JSON_object(string json)
    {
        AssertMalformed(Given.WithPayload(json));
        AssertMalformed(Given.Signed(json, Given.Claims.ToJsonString()));
    }

    // RFC 7515 §2, RFC 4648 §3: more than one spelling of one token gets past lists of tokens.
    [Fact]
    public void Base64url_in_another_spelling()
    {
        AssertMalformed(Valid + "=");
        AssertMalformed(Valid + "==");
        AssertMalformed($"{Segments[0]}=.{Segments[1]}.{Segments[2]}");
        AssertMalformed($"{Segments[0]}.{Segments[1]}%3D.{Segments[2]}");
        AssertMalformed(" " + Valid);
        AssertMalformed(Valid + "\n");
        AssertMalformed(Valid.Insert(10, "\r\n"));
        AssertMalformed(Valid.Insert(10, "\0"));
        AssertMalformed(Valid[..^1] + "\u0141");
        AssertMalformed(Valid[..^2] + "+/");

        // 64 bytes leave four bits unused in the last of 86 characters; they must be zero.
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(Valid[^1], StringComparison.Ordinal);
        for (var bits = 1; bits < 16; bits++)
        {
            var other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last + bits];
            AssertMalformed(Valid[..^1] + other);
        }
    }

    // RFC 7515 §7.1, RFC 7516 §7.1: three segments are a JWS, five a JWE.
    [Fact]
    public void Another_number_of_segments()
    {
        AssertMalformed("");
        AssertMalformed(".");
        AssertMalformed("..");
        AssertMalformed("....");
        AssertMalformed(Segments[0]);
        AssertMalformed($"{Segments[0]}.{Segments[1]}");
        AssertMalformed(Valid + ".");
        AssertMalformed("." + Valid);
        AssertMalformed($"{Valid}.{Segments[2]}");
        AssertMalformed($"{Valid}.{Segments[1]}.{Segments[2]}");
        AssertMalformed(Given.Header.ToJsonString());
    }

    [Fact]
    public void An_empty_segment()
    {
        AssertMalformed($".{Segments[1]}.{Segments[2]}");
        AssertMalformed(Given.SignedSegments(Segments[0], ""));
        AssertMalformed($"{Segments[0]}.{Segments[1]}.");
    }

    [Fact]
    public void A_text_that_is_too_long()
    {
        AssertMalformed(new string('A', 1 << 20));
        AssertMalformed(new string('.', 1 << 20));
        AssertMalformed(Valid + new string('A', 1 << 20));

        var most = Given.WithClaim("x", $"\"{new string('x', 5700)}\"");
        Assert.InRange(most.Length, 7900, 8192);
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(most));
        AssertMalformed(Given.WithClaim("x", $"\"{new string('x', 6000)}\""));
    }

    [Fact]
    public void A_refresh_token() =>
        AssertMalformed(RefreshToken.Create(MacKey.Create(1), Given.SessionId, 1).Encode());

    // What is told about a bad token must not help to make a good one (CVE-2019-7644).
    [Fact]
    public void A_refusal_repeats_nothing_of_the_claims()
    {
        var outcome = Given.Verify(Given.WithClaim("sub", "{\"secret\":\"canary\"}"));

        Assert.DoesNotContain("canary", outcome.ToString());
    }

    static IEnumerable<byte[]> FormsOf(JsonWebKey key)
    {
        yield return Encoding.UTF8.GetBytes(Jwk(key));
        using var signer = key.Algorithm == JwsAlgorithm.Es256 ? (AsymmetricAlgorithm)ECDsa.Create() : RSA.Create();
        signer.ImportPkcs8PrivateKey((key == Given.Key.PublicKey ? Given.Key : Given.RsaKey).ExportPkcs8(), out _);
        yield return signer.ExportSubjectPublicKeyInfo();
        yield return Encoding.ASCII.GetBytes(signer.ExportSubjectPublicKeyInfoPem());
        yield return Encoding.ASCII.GetBytes(signer.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    static string Jwk(JsonWebKey key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static void AssertUnknown(string keyId) =>
        Assert.Equal(new AccessTokenOutcome.UnknownKey(keyId), Given.Verify(Given.WithHeader(h => h["kid"] = keyId)));

    static void AssertBadSignature(byte[] signature) =>
        AssertBadSignature($"{Segments[0]}.{Segments[1]}.{Base64Url.EncodeToString(signature)}");

    static void AssertBadSignature(string jwt) => Assert.Equal(new AccessTokenOutcome.BadSignature(), Given.Verify(jwt));

    static void AssertMalformed(string jwt) => Assert.IsType<AccessTokenOutcome.Malformed>(Given.Verify(jwt));

    static void AssertRefused(string jwt) => Assert.IsNotType<AccessTokenOutcome.Verified>(Given.Verify(jwt));
}
