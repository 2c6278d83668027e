using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A server's nonce for DPoP proofs (RFC 9449 §8, §9): the time and its MAC. Any node with the key accepts a nonce of
/// any other node, and none is stored. With a nonce, only the server's own clock limits the age of a proof.
/// </summary>
public static class DpopNonce
{
    const int TimeSize = sizeof(long);
    const int MacSize = 16;

    static ReadOnlySpan<byte> Purpose => "handstamp dpop nonce"u8;

    /// <summary>The nonce of this second.</summary>
    public static string Create(MacKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);

        Span<byte> nonce = stackalloc byte[TimeSize + MacSize];
        BinaryPrimitives.WriteInt64BigEndian(nonce, now.ToUnixTimeSeconds());
        Authenticate(key, nonce[..TimeSize], nonce[TimeSize..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>
    /// When the nonce was issued; null if <paramref name="key"/> did not make it. Does NOT check how old it is.
    /// </summary>
    public static DateTimeOffset? ReadTime(ReadOnlySpan<char> text, MacKey key)
    {
        ArgumentNullException.ThrowIfNull(key);

        Span<byte> nonce = stackalloc byte[TimeSize + MacSize];
        Span<byte> utf8 = stackalloc byte[Base64Url.GetEncodedLength(nonce.Length)];
        if (text.Length != utf8.Length || !Encoding.UTF8.TryGetBytes(text, utf8, out _)
            || !CanonicalBase64Url.TryDecode(utf8, nonce, out _))
            return null;

        Span<byte> mac = stackalloc byte[MacSize];
        Authenticate(key, nonce[..TimeSize], mac);
        return CryptographicOperations.FixedTimeEquals(mac, nonce[TimeSize..])
            ? DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(nonce))
            : null;
    }

    static void Authenticate(MacKey key, ReadOnlySpan<byte> time, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.DeriveKey(Purpose), time, whole);
        whole[..MacSize].CopyTo(mac);
    }
}
