using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using static Handstamp.Tokens.Tests.Attacks.Attack;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Attacks on the header: which key and algorithm are used, and how the rest is read.</summary>
public sealed class HeaderAttackTests
{
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

    // CVE-2015-9235, CVE-2016-5431, CVE-2016-10555: the public key, which everyone has, is used as an HMAC secret.
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

    // RFC 7515 §4.1.4: the kid is compared exactly, including its case.
    [Fact]
    public void A_kid_that_resembles_a_known_one()
    {
        AssertUnknown(Given.Key.KeyId + " ");
        AssertUnknown(Given.Key.KeyId.ToUpperInvariant());
        AssertUnknown(Given.Key.KeyId[..^1]);
        AssertUnknown(Given.Key.KeyId + "\0");
    }

    // RFC 7515 §4.1.4: a string. OWASP Web Security Testing Guide, WSTG-INPV-05: a query operator instead.
    [Fact]
    public void A_kid_that_is_huge_missing_or_not_a_string()
    {
        AssertMalformed(Given.WithHeader(header => header["kid"] = new string('k', 257)));
        AssertMalformed(Given.WithHeader(header => header.Remove("kid")));
        AssertMalformed(Given.WithHeader(header => header["kid"] = ""));
        AssertMalformed(Given.WithHeader(header => header["kid"] = null));
        AssertMalformed(Given.WithHeader(header => header["kid"] = 0));
        AssertMalformed(Given.WithHeader(header => header["kid"] = new JsonArray(Given.Key.KeyId)));
        AssertMalformed(Given.WithHeader(header => header["kid"] = new JsonObject { ["$ne"] = "" }));
    }

    // CVE-2018-0114: the token contains the key that verifies it.
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

    // RFC 7515 §4.1.11, CVE-2025-59420: an extension that must be understood but is not.
    [Theory]
    [InlineData("[\"exp\"]")]
    [InlineData("[\"b64\"]")]
    [InlineData("[\"cnf\"]")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"exp\"")]
    public void A_crit_of_any_form(string value) =>
        AssertMalformed(Given.WithHeader(header => header["crit"] = JsonNode.Parse(value)));

    [Theory]
    [InlineData("\"alg\":\"none\"")]
    [InlineData("\"kid\":\"other\"")]
    [InlineData("\"typ\":\"at+jwt\"")]
    [InlineData("\"\\u0061lg\":\"ES256\"")]
    public void A_header_member_that_comes_twice(string second) => AssertMalformed(
        Given.Signed($"{Given.Header.ToJsonString()[..^1]},{second}}}", Given.Claims.ToJsonString()));

    // RFC 8725 §3.1, §3.2, RFC 8812 §3.2, RFC 8037, RFC 7518 §3.5: other algorithms that would fit the key's type, or nearly.
    [Theory]
    [InlineData("ES256K")]
    [InlineData("ES512")]
    [InlineData("PS256")]
    [InlineData("EdDSA")]
    [InlineData("ES256 ")]
    [InlineData("ES256\0")]
    [InlineData("SHA256withECDSA")]
    [InlineData("1.2.840.10045.4.3.2")]
    public void An_algorithm_that_resembles_the_keys(string algorithm) =>
        AssertMalformed(Given.WithHeader(header => header["alg"] = algorithm));

    // CVE-2024-28176, CVE-2024-21319: a compressed payload that fills the memory. This code never inflates anything.
    [Fact]
    public void A_payload_that_is_compressed()
    {
        using var deflated = new MemoryStream();
        using (var zip = new DeflateStream(deflated, CompressionLevel.SmallestSize))
            zip.Write(new byte[1 << 20]);
        var header = Given.Header;
        header["zip"] = "DEF";

        AssertMalformed(Given.SignedSegments(Given.Segment(header.ToJsonString()), Base64Url.EncodeToString(deflated.ToArray())));
    }

    // RFC 7519 §5.2, RFC 8725 §3.11: a token inside a token, whose claims would be taken without their own checks.
    [Fact]
    public void A_token_in_a_token()
    {
        var header = Given.Header;
        header["cty"] = "JWT";

        AssertMalformed(Given.Signed(header.ToJsonString(), Valid));
        AssertMalformed(Given.Signed(header.ToJsonString(), $"\"{Valid}\""));
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
}
