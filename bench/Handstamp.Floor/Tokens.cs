using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Floor;

/// <summary>The cheapest tokens that contain what they must: one HMAC, one ES256 signature.</summary>
static class Tokens
{
    const int IdLength = 16;
    const int SignedLength = IdLength + sizeof(int);
    const int RefreshLength = SignedLength + HMACSHA256.HashSizeInBytes;
    const int SignatureLength = 64;

    static readonly byte[] MacKey = RandomNumberGenerator.GetBytes(32);
    static readonly byte[] PrivateKey = CreateKey();

    // Header and claims have a usual length, like Handstamp's; only the signature is made each time.
    static readonly byte[] Payload = Base64Url.EncodeToUtf8(RandomNumberGenerator.GetBytes(330));

    [ThreadStatic]
    static ECDsa? s_signer;

    public static string MakeRefreshToken(Guid session, int generation)
    {
        Span<byte> token = stackalloc byte[RefreshLength];
        session.TryWriteBytes(token, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(token[IdLength..], generation);
        HMACSHA256.HashData(MacKey, token[..SignedLength], token[SignedLength..]);
        return Base64Url.EncodeToString(token);
    }

    public static bool TryCheck(ReadOnlySpan<byte> text, out Guid session, out int generation)
    {
        Span<byte> token = stackalloc byte[RefreshLength];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        (session, generation) = (default, 0);
        if (!Base64Url.TryDecodeFromUtf8(text, token, out var length) || length != RefreshLength) return false;
        HMACSHA256.HashData(MacKey, token[..SignedLength], mac);
        session = new Guid(token[..IdLength], bigEndian: true);
        generation = BinaryPrimitives.ReadInt32BigEndian(token[IdLength..]);
        return CryptographicOperations.FixedTimeEquals(mac, token[SignedLength..]);
    }

    public static string MakeAccessToken()
    {
        Span<byte> signature = stackalloc byte[SignatureLength];
        (s_signer ??= ImportKey()).SignData(Payload, signature, HashAlgorithmName.SHA256);
        return string.Concat(Encoding.ASCII.GetString(Payload), ".", Base64Url.EncodeToString(signature));
    }

    static byte[] CreateKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    static ECDsa ImportKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(PrivateKey, out _);
        return key;
    }
}
