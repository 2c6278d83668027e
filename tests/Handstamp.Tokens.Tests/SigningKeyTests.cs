using System.Runtime.CompilerServices;
using System.Buffers.Text;
using System.Security.Cryptography;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class SigningKeyTests
{
    public static TheoryData<string> Algorithms => ["ES256", "RS256"];

    [Theory, MemberData(nameof(Algorithms))]
    public void A_key_survives_export_and_import(string name)
    {
        var algorithm = JwsAlgorithm.Find(name)!;
        using var key = SigningKey.Create(algorithm);

        using var again = SigningKey.ImportPkcs8(algorithm, key.ExportPkcs8());

        Assert.Equal(key.KeyId, again.KeyId);
        Assert.True(key.PublicKey.Verify("data"u8, Sign(again, "data"u8)));
    }

    [Fact]
    public void The_key_id_is_the_thumbprint_of_the_public_key() =>
        Assert.Equal(Given.Key.PublicKey.Thumbprint, Given.Key.KeyId);

    [Theory, MemberData(nameof(Algorithms))]
    public void Another_keys_signature_is_refused(string name)
    {
        using var key = SigningKey.Create(JwsAlgorithm.Find(name)!);
        using var other = SigningKey.Create(JwsAlgorithm.Find(name)!);

        Assert.False(key.PublicKey.Verify("data"u8, Sign(other, "data"u8)));
    }

    [Fact]
    public void A_key_of_another_kind_curve_or_size_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var k256 = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        using var small = RSA.Create(1024);

        AssertRefused(JwsAlgorithm.Es256, p384.ExportPkcs8PrivateKey());
        AssertRefused(JwsAlgorithm.Es256, k256.ExportPkcs8PrivateKey());
        AssertRefused(JwsAlgorithm.Es256, Given.RsaKey.ExportPkcs8());
        AssertRefused(JwsAlgorithm.Rs256, Given.Key.ExportPkcs8());
        AssertRefused(JwsAlgorithm.Rs256, small.ExportPkcs8PrivateKey());
    }

    [Fact]
    public void A_text_that_is_not_exactly_one_private_key_is_refused()
    {
        AssertRefused(JwsAlgorithm.Es256, []);
        AssertRefused(JwsAlgorithm.Es256, Given.Key.ExportPkcs8()[..^1]);
        AssertRefused(JwsAlgorithm.Es256, [.. Given.Key.ExportPkcs8(), 0]);
    }

    [Fact]
    public void The_text_of_a_key_shows_nothing_of_the_secret()
    {
        Assert.Equal($"ES256 signing key {Given.Key.KeyId}", Given.Key.ToString());
        Assert.DoesNotContain(Base64Url.EncodeToString(Given.Key.ExportPkcs8()), Given.Key.ToString());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Many_threads_may_sign_with_one_key(string name)
    {
        using var key = SigningKey.Create(JwsAlgorithm.Find(name)!);

        var right = ParallelEnumerable.Range(0, 100).WithDegreeOfParallelism(8)
            .All(i => key.PublicKey.Verify(BitConverter.GetBytes(i), Sign(key, BitConverter.GetBytes(i))));

        Assert.True(right);
    }

    [Fact]
    public void A_key_that_was_disposed_of_neither_signs_nor_exports()
    {
        var key = SigningKey.Create(JwsAlgorithm.Es256);
        Sign(key, "data"u8);

        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Sign(key, "data"u8));
        Assert.Throws<ObjectDisposedException>(key.ExportPkcs8);
    }

    [Fact]
    public void A_key_that_was_disposed_of_leaves_no_secret_in_memory()
    {
        var key = SigningKey.Create(JwsAlgorithm.Es256);
        var secret = Secret(key);
        Assert.NotEqual(0, secret.Sum(part => part));

        key.Dispose();

        Assert.Equal(0, secret.Sum(part => part));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pkcs8")]
    static extern ref byte[] Secret(SigningKey key);

    [Fact]
    public void A_destination_that_is_too_short_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Given.Key.Sign("data"u8, new byte[63]));

    static void AssertRefused(JwsAlgorithm algorithm, byte[] pkcs8) =>
        Assert.ThrowsAny<CryptographicException>(() => SigningKey.ImportPkcs8(algorithm, pkcs8));

    static byte[] Sign(SigningKey key, ReadOnlySpan<byte> data)
    {
        var signature = new byte[key.SignatureSize];
        Assert.Equal(signature.Length, key.Sign(data, signature));
        return signature;
    }
}
