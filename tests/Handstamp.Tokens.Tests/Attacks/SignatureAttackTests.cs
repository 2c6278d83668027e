using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using static Handstamp.Tokens.Tests.Attacks.Attack;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Attacks on the signature.</summary>
public sealed class SignatureAttackTests
{
    const string Order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

    // CVE-2022-21449, "psychic signatures": zero, and numbers that are zero modulo the order of the curve.
    [Fact]
    public void A_psychic_signature()
    {
        var order = Convert.FromHexString(Order);
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

    // CVE-2020-28042: a short signature that is compared only up to its length.
    [Fact]
    public void A_signature_that_is_too_short_or_too_long()
    {
        var signature = Base64Url.DecodeFromChars(Segments[2]);

        for (var length = 1; length < signature.Length; length++)
            AssertBadSignature(signature[..length]);
        AssertBadSignature([.. signature, 0]);
        AssertBadSignature([0, .. signature]);
        AssertBadSignature([.. signature, .. signature]);
    }

    // RFC 7515 §5.2: the signature covers every bit.
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

    // RFC 8017 §8.2.2: 0 and 1 are their own roots.
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

    // RFC 8725 §3.5: only our key counts.
    [Fact]
    public void A_strangers_signature_under_our_kid() => Assert.Equal(
        new AccessTokenOutcome.BadSignature(),
        Given.Verify(Given.Signed(Given.Header.ToJsonString(), Given.Claims.ToJsonString(), Given.Stranger)));

    // RFC 7515 §5.2.
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

    // RFC 8725 §3.3: nothing in a token is trusted or revealed before its signature is verified.
    [Fact]
    public void The_signature_is_checked_before_the_claims()
    {
        foreach (var claims in (string[])["{\"exp\":0}", "{\"iss\":\"other\"}", "{", "not JSON", "{\"a\":1,\"a\":1}"])
        {
            AssertBadSignature($"{Segments[0]}.{Given.Segment(claims)}.{Segments[2]}");
            Assert.IsNotType<AccessTokenOutcome.BadSignature>(Given.Verify(Given.WithPayload(claims)));
        }
    }

    // RFC 7518 §3.4 does not require the smaller s, and signers produce either one, so anyone with a token can make its
    // twin. The twin says the same and ends with the same session, and no code here identifies tokens by their bytes.
    [Fact]
    public void A_signature_with_s_negated_says_nothing_else()
    {
        var order = new BigInteger(Convert.FromHexString(Order), isUnsigned: true, isBigEndian: true);
        var signature = Base64Url.DecodeFromChars(Segments[2]);
        var s = order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var twin = $"{Segments[0]}.{Segments[1]}.{Base64Url.EncodeToString([.. signature[..32], .. Bytes(s, 32)])}";

        var token = Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(twin)).Token;
        Assert.Equal(("account-1", "token-1"), (token.Subject, token.TokenId));
    }

    // Bleichenbacher (2006), CVE-2006-4339: with exponent 3, the cube root of a hash with room for garbage after it.
    [Fact]
    public void A_forged_RSA_padding()
    {
        var modulus = Base64Url.DecodeFromChars(Member(Given.RsaKey.PublicKey, "n"));
        Assert.True(JsonWebKey.TryParse(
            Encoding.UTF8.GetBytes($$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}","e":"Aw","kid":"three"}"""), out var key));
        var data = "header.claims"u8.ToArray();
        byte[] digestInfo = [.. Convert.FromHexString("3031300D060960864801650304020105000420"), .. SHA256.HashData(data)];
        byte[] start = [0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, .. digestInfo];
        var root = CubeRoot(new BigInteger([.. start, .. Enumerable.Repeat((byte)0xFF, modulus.Length - start.Length)], isUnsigned: true, isBigEndian: true));

        // This is the attack: a verifier that does not check the end would accept it.
        Assert.Equal(start, Bytes(BigInteger.Pow(root, 3), modulus.Length)[..start.Length]);
        Assert.False(key.Verify(data, Bytes(root, modulus.Length)));
    }

    // RFC 8017 §5.2.2: a representative that is not less than the modulus, and the same number to a verifier that does
    // not check.
    [Fact]
    public void An_RSA_signature_plus_the_modulus()
    {
        var modulus = new BigInteger(Base64Url.DecodeFromChars(Member(Given.RsaKey.PublicKey, "n")), isUnsigned: true, isBigEndian: true);
        for (var number = 0; number < 200; number++)
        {
            var segments = (Given.Token with { TokenId = $"token-{number}" }).ToJwt(Given.RsaKey).Split('.');
            var sum = new BigInteger(Base64Url.DecodeFromChars(segments[2]), isUnsigned: true, isBigEndian: true) + modulus;
            // About one in three has room for it.
            if (sum.GetByteCount(isUnsigned: true) > 256) continue;
            Assert.Equal(new AccessTokenOutcome.BadSignature(), Given.Verify($"{segments[0]}.{segments[1]}.{Base64Url.EncodeToString(Bytes(sum, 256))}"));
            return;
        }
        Assert.Fail("No signature was small enough.");
    }

    static BigInteger CubeRoot(BigInteger number)
    {
        var (low, high) = (BigInteger.Zero, BigInteger.One << 700);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (BigInteger.Pow(middle, 3) <= number) low = middle;
            else high = middle;
        }
        return low;
    }

    static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    static string Member(JsonWebKey key, string name) => JsonNode.Parse(Jwk(key))![name]!.GetValue<string>();
}
