using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// The public keys that the options offer (RFC 9053 §2.1, RFC 8812 §2), by the bytes with which each of them begins: kind,
/// algorithm and curve in the canonical order of CTAP. The handler checks the algorithm, but not that it fits the key.
/// </summary>
static class CoseKey
{
    public const int Es256 = -7;
    public const int Rs256 = -257;

    // What RSA with 4096 bits needs. A larger key would only make each verification slower.
    const int MaxLength = 600;

    static ReadOnlySpan<byte> BeginningOfEs256 => [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];

    static ReadOnlySpan<byte> BeginningOfRs256 => [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20];

    // The exponent 65537, which is last. A longer one would let the key's owner choose what each verification costs.
    static ReadOnlySpan<byte> EndOfRs256 => [0x21, 0x43, 0x01, 0x00, 0x01];

    // The labels of a key (RFC 9052 §7.1, RFC 9053 §7.1, RFC 8230 §4) and their values.
    const int Kind = 1;
    const int Algorithm = 3;
    const int First = -1;
    const int Second = -2;
    const int Third = -3;
    const int Curve = 2;
    const int Rsa = 3;
    const int P256 = 1;
    const int CoordinateLength = 32;
    const int MinModulus = 256;

    /// <summary>
    /// The same key in the one form that is verified; null if it is not a valid key that the options offer. Other systems write the
    /// members in another order, or with others.
    /// </summary>
    public static byte[]? Canonical(byte[] key)
    {
        try
        {
            var reader = new CborReader(key, CborConformanceMode.Lax);
            var (numbers, texts) = Read(reader);
            var canonical = (numbers.GetValueOrDefault(Kind), numbers.GetValueOrDefault(Algorithm)) switch
            {
                (Curve, Es256) when numbers.GetValueOrDefault(First) == P256 && IsPoint(texts[Second], texts[Third]) =>
                    (byte[])[.. BeginningOfEs256, .. Label(Second), .. Bytes(texts[Second]), .. Label(Third), .. Bytes(texts[Third])],
                (Rsa, Rs256) when texts[First].Length >= MinModulus => [.. BeginningOfRs256, .. Bytes(texts[First]), .. Label(Second), .. Bytes(texts[Second])],
                _ => null,
            };
            return canonical is not null && reader.BytesRemaining == 0 && IsOffered(canonical) ? canonical : null;
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException or ArgumentException
            or KeyNotFoundException or CryptographicException)
        {
            return null;
        }
    }

    public static bool IsOffered(ReadOnlySpan<byte> key) =>
        key.Length <= MaxLength
        && (key.StartsWith(BeginningOfEs256) || (key.StartsWith(BeginningOfRs256) && key.EndsWith(EndOfRs256)));

    static (Dictionary<int, int> Numbers, Dictionary<int, byte[]> Texts) Read(CborReader reader)
    {
        var (numbers, texts) = (new Dictionary<int, int>(), new Dictionary<int, byte[]>());
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var label = reader.ReadInt32();
            switch (reader.PeekState())
            {
                case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger: numbers.Add(label, reader.ReadInt32()); break;
                case CborReaderState.ByteString: texts.Add(label, reader.ReadByteString()); break;
                default: reader.SkipValue(); break;
            }
        }
        reader.ReadEndMap();
        return (numbers, texts);
    }

    static bool IsPoint(byte[] x, byte[] y)
    {
        if (x.Length != CoordinateLength || y.Length != CoordinateLength) return false;
        // Throws if the point is not on the curve.
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        return true;
    }

    static byte[] Label(int label)
    {
        var writer = new CborWriter();
        writer.WriteInt32(label);
        return writer.Encode();
    }

    static byte[] Bytes(byte[] bytes)
    {
        var writer = new CborWriter();
        writer.WriteByteString(bytes);
        return writer.Encode();
    }
}
