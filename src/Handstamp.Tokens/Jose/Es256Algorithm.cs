using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Handstamp.Tokens.Jose;

/// <summary>RFC 7518 §3.4: the signature is R ‖ S, 64 bytes, never DER.</summary>
sealed class Es256Algorithm : JwsAlgorithm
{
    const int CoordinateSize = 32;
    const DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

    public override string Name => "ES256";

    internal override string KeyType => "EC";

    internal override IReadOnlyList<string> KeyMembers { get; } = ["crv", "kty", "x", "y"];

    internal override Func<AsymmetricAlgorithm>? Importer(IReadOnlyList<string> members)
    {
        if (members is not ["P-256", "EC", var x, var y]) return null;

        var point = new ECPoint { X = CanonicalBase64Url.Decode(x), Y = CanonicalBase64Url.Decode(y) };
        if (!P256.Contains(point)) return null;

        return () => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
    }

    internal override IReadOnlyList<string> Export(AsymmetricAlgorithm key)
    {
        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return ["P-256", "EC", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y)];
    }

    internal override AsymmetricAlgorithm CreateKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal override AsymmetricAlgorithm CreateEmpty() => ECDsa.Create();

    internal override int SignatureSize(AsymmetricAlgorithm key) => 2 * CoordinateSize;

    internal override int Sign(AsymmetricAlgorithm key, ReadOnlySpan<byte> data, Span<byte> destination) =>
        ((ECDsa)key).SignData(data, destination, HashAlgorithmName.SHA256, Format);

    internal override bool Verify(AsymmetricAlgorithm key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ((ECDsa)key).VerifyData(data, signature, HashAlgorithmName.SHA256, Format);

    /// <summary>
    /// FIPS 186-5, SP 800-186 §3.2.1.3: y² = x³ − 3x + b over the prime p. The curve has cofactor 1, so every point on
    /// it is a valid public key.
    /// </summary>
    static class P256
    {
        static readonly BigInteger P = Hex("0ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
        static readonly BigInteger B = Hex("05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

        public static bool Contains(ECPoint point)
        {
            if (point is not { X.Length: CoordinateSize, Y.Length: CoordinateSize }) return false;

            var x = new BigInteger(point.X, isUnsigned: true, isBigEndian: true);
            var y = new BigInteger(point.Y, isUnsigned: true, isBigEndian: true);
            return x < P && y < P && ((x * x * x) - (3 * x) + B - (y * y)) % P == 0;
        }

        static BigInteger Hex(string digits) =>
            BigInteger.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
