using System.Security.Cryptography;

namespace Handstamp.Client.Files;

/// <summary>
/// AES-256-GCM: head ‖ nonce 12 ‖ tag 16 ‖ ciphertext. Neither the ciphertext nor the head can be changed unnoticed.
/// </summary>
static class Aes256
{
    public const int KeyLength = 32;
    const int NonceLength = 12;
    const int TagLength = 16;

    public static byte[] Close(byte[] key, ReadOnlySpan<byte> head, byte[] content)
    {
        byte[] closed = [.. head, .. RandomNumberGenerator.GetBytes(NonceLength), .. new byte[TagLength + content.Length]];
        var parts = new Parts(closed, head.Length);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(parts.Nonce, content, parts.Content, parts.Tag, head);
        return closed;
    }

    public static byte[] Open(byte[] key, int headLength, byte[] closed)
    {
        if (closed.Length < headLength + NonceLength + TagLength) throw new CryptographicException("The file is cut off.");
        var parts = new Parts(closed, headLength);
        var content = new byte[parts.Content.Length];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(parts.Nonce, parts.Content, parts.Tag, content, closed.AsSpan(0, headLength));
        return content;
    }

    readonly ref struct Parts(Span<byte> closed, int headLength)
    {
        public Span<byte> Nonce { get; } = closed.Slice(headLength, NonceLength);

        public Span<byte> Tag { get; } = closed.Slice(headLength + NonceLength, TagLength);

        public Span<byte> Content { get; } = closed[(headLength + NonceLength + TagLength)..];
    }
}
