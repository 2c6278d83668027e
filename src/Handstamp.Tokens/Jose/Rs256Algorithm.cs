using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;

namespace Handstamp.Tokens.Jose;

/// <summary>RFC 7518 §3.3.</summary>
sealed class Rs256Algorithm : JwsAlgorithm
{
    const int MinBits = 2048;

    // A larger modulus only makes each verification slower, and the sender of the key would choose it.
    const int MaxBits = 8192;

    // For the same reason: 65537 is the usual exponent.
    const int MaxExponentSize = 4;

    public override string Name => "RS256";

    internal override string KeyType => "RSA";

    internal override IReadOnlyList<string> KeyMembers { get; } = ["e", "kty", "n"];

    internal override Func<AsymmetricAlgorithm>? Importer(IReadOnlyList<string> members)
    {
        if (members is not [var e, "RSA", var n]) return null;

        var key = new RSAParameters { Exponent = CanonicalBase64Url.Decode(e), Modulus = CanonicalBase64Url.Decode(n) };
        return IsExponent(key.Exponent) && IsModulus(key.Modulus) ? () => RSA.Create(key) : null;
    }

    internal override IReadOnlyList<string> Export(AsymmetricAlgorithm key)
    {
        var parameters = ((RSA)key).ExportParameters(includePrivateParameters: false);
        return [Base64Url.EncodeToString(parameters.Exponent), "RSA", Base64Url.EncodeToString(parameters.Modulus)];
    }

    internal override AsymmetricAlgorithm CreateKey() => RSA.Create(MinBits);

    internal override AsymmetricAlgorithm CreateEmpty() => RSA.Create();

    internal override int SignatureSize(AsymmetricAlgorithm key) => (key.KeySize + 7) / 8;

    internal override int Sign(AsymmetricAlgorithm key, ReadOnlySpan<byte> data, Span<byte> destination) =>
        ((RSA)key).SignData(data, destination, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    internal override bool Verify(AsymmetricAlgorithm key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ((RSA)key).VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    static bool IsExponent(byte[]? value) =>
        IsOddWithoutLeadingZero(value) && value!.Length <= MaxExponentSize && value is not [1];

    static bool IsModulus(byte[]? value) =>
        IsOddWithoutLeadingZero(value) && Bits(value!) is >= MinBits and <= MaxBits;

    // RFC 7518 §2: Base64urlUInt has the smallest possible number of octets.
    static bool IsOddWithoutLeadingZero(byte[]? value) => value is [not 0, ..] && (value[^1] & 1) == 1;

    static int Bits(byte[] value) => (value.Length * 8) - (BitOperations.LeadingZeroCount(value[0]) - 24);
}
