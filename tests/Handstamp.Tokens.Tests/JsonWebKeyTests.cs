using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class JsonWebKeyTests
{
    const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    static JsonObject Ec => new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        ["y"] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    };

    static JsonObject Rsa => new()
    {
        ["kty"] = "RSA",
        ["n"] = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
            + "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB"
            + "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia"
            + "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        ["e"] = "AQAB",
    };

    [Fact]
    public void The_ES256_example_of_RFC_7515_A_3_verifies() => AssertVerifies(
        Parse(Ec),
        $"eyJhbGciOiJFUzI1NiJ9.{Payload}",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");

    [Fact]
    public void The_RS256_example_of_RFC_7515_A_2_verifies() => AssertVerifies(
        Parse(Rsa),
        $"eyJhbGciOiJSUzI1NiJ9.{Payload}",
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7"
        + "t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi1"
        + "2jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGl"
        + "UPQGe77Rw");

    [Fact]
    public void The_thumbprint_is_that_of_RFC_7638_3_1()
    {
        var key = Parse(new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB"
                + "ZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8"
                + "KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_"
                + "xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            ["e"] = "AQAB",
            ["alg"] = "RS256",
            ["kid"] = "2011-04-29",
        });

        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.Thumbprint);
        Assert.Equal("2011-04-29", key.KeyId);
    }

    [Fact]
    public void The_thumbprint_is_that_of_RFC_9449_6_1()
    {
        var key = Parse(new JsonObject
        {
            ["kty"] = "EC",
            ["x"] = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            ["y"] = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
            ["crv"] = "P-256",
        });

        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", key.Thumbprint);
    }

    [Fact]
    public void A_key_without_a_kid_is_named_by_its_thumbprint()
    {
        var key = Parse(Ec);

        Assert.Equal(key.Thumbprint, key.KeyId);
        Assert.Same(JwsAlgorithm.Es256, key.Algorithm);
        Assert.Equal($"ES256 public key {key.Thumbprint}", key.ToString());
    }

    public static TheoryData<string> Kinds => ["EC", "RSA"];

    [Theory, MemberData(nameof(Kinds))]
    public void A_key_that_was_written_is_read_unchanged(string kind)
    {
        var key = Parse(With(kind, jwk => jwk["kid"] = "2026-03 \"ä\""));

        var again = Parse(JsonNode.Parse(Write(key))!.AsObject());

        Assert.Equal((key.KeyId, key.Thumbprint, key.Algorithm), (again.KeyId, again.Thumbprint, again.Algorithm));
    }

    [Fact]
    public void A_written_key_names_its_use() => Assert.Equal(
        """
        {"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","use":"sig","alg":"ES256","kid":"7"}
        """.ReplaceLineEndings(""),
        Write(Parse(With("EC", jwk => jwk["kid"] = "7"))));

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("oth")]
    [InlineData("k")]
    public void A_key_with_a_private_member_is_refused(string member)
    {
        AssertRefused(With("EC", jwk => jwk[member] = "AQAB"));
        AssertRefused(With("RSA", jwk => jwk[member] = null));
    }

    [Theory]
    [InlineData("EC", "kty")]
    [InlineData("EC", "crv")]
    [InlineData("EC", "x")]
    [InlineData("EC", "y")]
    [InlineData("RSA", "kty")]
    [InlineData("RSA", "n")]
    [InlineData("RSA", "e")]
    public void A_key_with_a_member_missing_or_of_another_type_is_refused(string kind, string member)
    {
        AssertRefused(With(kind, jwk => jwk.Remove(member)));
        AssertRefused(With(kind, jwk => jwk[member] = 1));
        AssertRefused(With(kind, jwk => jwk[member] = ""));
        AssertRefused(With(kind, jwk => jwk[member] = new JsonArray(jwk[member]!.GetValue<string>())));
        AssertRefused(With(kind, jwk => jwk[member] += "="));
        AssertRefused(With(kind, jwk => jwk[member] = " " + jwk[member]));
    }

    [Theory]
    [InlineData("EC", "kty", "OKP")]
    [InlineData("EC", "crv", "P-384")]
    [InlineData("EC", "crv", "secp256k1")]
    [InlineData("EC", "alg", "RS256")]
    [InlineData("EC", "alg", "none")]
    [InlineData("EC", "alg", "es256")]
    [InlineData("EC", "use", "enc")]
    [InlineData("EC", "kid", "")]
    [InlineData("RSA", "alg", "ES256")]
    [InlineData("RSA", "alg", "PS256")]
    [InlineData("RSA", "kty", "oct")]
    public void A_key_for_another_use_is_refused(string kind, string member, string value) =>
        AssertRefused(With(kind, jwk => jwk[member] = value));

    [Fact]
    public void A_key_for_other_operations_is_refused()
    {
        AssertRefused(With("EC", jwk => jwk["key_ops"] = new JsonArray("sign")));
        AssertRefused(With("EC", jwk => jwk["key_ops"] = new JsonArray("verify", "wrapKey")));
        Parse(With("EC", jwk => jwk["key_ops"] = new JsonArray("verify")));
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_refused()
    {
        // RFC 8725 §2.5: the invalid curve attack.
        AssertRefused(With("EC", jwk => jwk["y"] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"));
        AssertRefused(With("EC", jwk => jwk["y"] = Base64Url.EncodeToString(FlippedY())));
        AssertRefused(With("EC", jwk => (jwk["x"], jwk["y"]) = (Zeros(32), Zeros(32))));
        AssertRefused(With("EC", jwk => (jwk["x"], jwk["y"]) = ((string)jwk["y"]!, (string)jwk["x"]!)));
    }

    [Fact]
    public void A_coordinate_that_is_not_reduced_or_not_of_32_bytes_is_refused()
    {
        // P-256 has a point at x = 0, and the prime is that zero spelled differently.
        const string Prime = "_____wAAAAEAAAAAAAAAAAAAAAD_______________8";
        const string RootOfB = "ZkhceA4vg9ckM71dhKBrtlQcKvMdrocXKL-FahdPk_Q";
        Parse(With("EC", jwk => (jwk["x"], jwk["y"]) = (Zeros(32), RootOfB)));
        AssertRefused(With("EC", jwk => (jwk["x"], jwk["y"]) = (Prime, RootOfB)));
        AssertRefused(With("EC", jwk => jwk["x"] = Base64Url.EncodeToString([0, .. Bytes(jwk["x"]!)])));
        AssertRefused(With("EC", jwk => jwk["x"] = Base64Url.EncodeToString(Bytes(jwk["x"]!).AsSpan(1))));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2047)]
    [InlineData(8193)]
    [InlineData(16384)]
    public void An_RSA_key_that_is_too_small_or_too_large_is_refused(int bits) =>
        AssertRefused(With("RSA", jwk => jwk["n"] = Base64Url.EncodeToString(Modulus(bits))));

    [Theory]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(4096)]
    [InlineData(8192)]
    public void An_RSA_key_of_2048_to_8192_bits_is_read(int bits)
    {
        var key = Parse(With("RSA", jwk => jwk["n"] = Base64Url.EncodeToString(Modulus(bits))));

        Assert.False(key.Verify("data"u8, Enumerable.Repeat((byte)0xFF, (bits + 7) / 8).ToArray()));
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    [InlineData(new byte[] { 0, 1, 0, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1 })]
    public void An_RSA_exponent_that_is_one_even_padded_or_huge_is_refused(byte[] exponent) =>
        AssertRefused(With("RSA", jwk => jwk["e"] = Base64Url.EncodeToString(exponent)));

    [Theory]
    [InlineData(new byte[] { 3 })]
    [InlineData(new byte[] { 1, 0, 0, 1 })]
    public void An_RSA_exponent_of_up_to_four_bytes_is_read(byte[] exponent) =>
        Parse(With("RSA", jwk => jwk["e"] = Base64Url.EncodeToString(exponent)));

    [Fact]
    public void An_even_or_padded_RSA_modulus_is_refused()
    {
        AssertRefused(With("RSA", jwk => jwk["n"] = Base64Url.EncodeToString([.. Modulus(2048)[..^1], 2])));
        AssertRefused(With("RSA", jwk => jwk["n"] = Base64Url.EncodeToString([0, .. Modulus(2048)])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kty\":\"EC\"")]
    [InlineData("\uFEFF{}")]
    public void A_document_that_is_not_a_JWK_is_refused(string json) =>
        Assert.False(JsonWebKey.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void A_repeated_member_or_a_document_that_is_too_long_is_refused()
    {
        var json = Ec.ToJsonString();

        Assert.False(JsonWebKey.TryParse(Encoding.UTF8.GetBytes("{\"kty\":\"EC\"," + json[1..]), out _));
        Assert.False(JsonWebKey.TryParse(Encoding.UTF8.GetBytes(json + new string(' ', 16 * 1024)), out _));
        Assert.True(JsonWebKey.TryParse(Encoding.UTF8.GetBytes(json + " "), out _));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Many_threads_may_verify_with_one_key(string kind)
    {
        using var signer = SigningKey.Create(kind == "EC" ? JwsAlgorithm.Es256 : JwsAlgorithm.Rs256);
        var signature = new byte[signer.SignatureSize];
        signer.Sign("data"u8, signature);

        var right = ParallelEnumerable.Range(0, 400).WithDegreeOfParallelism(8)
            .All(i => signer.PublicKey.Verify(i % 2 == 0 ? "data"u8 : "other"u8, signature) == (i % 2 == 0));

        Assert.True(right);
    }

    static void AssertVerifies(JsonWebKey key, string data, string signature)
    {
        Assert.True(key.Verify(Encoding.ASCII.GetBytes(data), Base64Url.DecodeFromChars(signature)));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(data + "A"), Base64Url.DecodeFromChars(signature)));
    }

    static void AssertRefused(JsonObject jwk) =>
        Assert.False(JsonWebKey.TryParse(Encoding.UTF8.GetBytes(jwk.ToJsonString()), out _), jwk.ToJsonString());

    static JsonWebKey Parse(JsonObject jwk)
    {
        Assert.True(JsonWebKey.TryParse(Encoding.UTF8.GetBytes(jwk.ToJsonString()), out var key));
        return key;
    }

    static JsonObject With(string kind, Action<JsonObject> change)
    {
        var jwk = kind == "EC" ? Ec : Rsa;
        change(jwk);
        return jwk;
    }

    static string Write(JsonWebKey key)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    static byte[] Bytes(JsonNode text) => Base64Url.DecodeFromChars(text.GetValue<string>());

    static byte[] FlippedY()
    {
        var y = Bytes(Ec["y"]!);
        y[31] ^= 1;
        return y;
    }

    static string Zeros(int count) => Base64Url.EncodeToString(new byte[count]);

    static byte[] Modulus(int bits)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] = 1;
        return modulus;
    }
}
