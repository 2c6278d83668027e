using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Handstamp.Server.Keys;

/// <summary>
/// AES-256-GCM with a random nonce: the nonce, the encrypted secret and the tag. The label is authenticated too, so that two
/// boxes cannot be exchanged.
/// </summary>
static class SealedBox
{
    const int NonceLength = 12;
    const int TagLength = 16;

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label)
    {
        var box = new byte[NonceLength + secret.Length + TagLength];
        var nonce = box.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = NewCipher(key);
        aes.Encrypt(nonce, secret, box.AsSpan(NonceLength, secret.Length), box.AsSpan(NonceLength + secret.Length), label);
        return box;
    }

    /// <summary>False if the value was encrypted under another key or with another label, or was changed.</summary>
    public static bool TryOpen(byte[] key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> label, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        if (box.Length < NonceLength + TagLength) return false;
        var opened = new byte[box.Length - NonceLength - TagLength];
        try
        {
            using var aes = NewCipher(key);
            aes.Decrypt(box[..NonceLength], box[NonceLength..^TagLength], box[^TagLength..], opened, label);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        secret = opened;
        return true;
    }

    // A new one for each use: it is not thread-safe, and secrets are rarely encrypted or decrypted.
    static AesGcm NewCipher(byte[] key) => new(key, TagLength);
}
