using System.Security.Cryptography;

namespace Handstamp.Client.Files;

/// <summary>AES-256-GCM under a random key in a file of its own: version 1 ‖ nonce 12 ‖ tag 16 ‖ what it is.</summary>
sealed class KeyFileSeal(PrivateFile keyFile) : ISeal
{
    const byte Version = 1;
    const int KeyLength = 32;
    const int NonceLength = 12;
    const int TagLength = 16;
    const int HeadLength = 1 + NonceLength + TagLength;

    public FileProtection Protection => FileProtection.KeyFile;

    public byte[] Close(byte[] content)
    {
        var closed = new byte[HeadLength + content.Length];
        closed[0] = Version;
        var nonce = closed.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(ReadOrMakeKey(), TagLength);
        aes.Encrypt(nonce, content, closed.AsSpan(HeadLength), closed.AsSpan(1 + NonceLength, TagLength), closed.AsSpan(0, 1));
        return closed;
    }

    public byte[] Open(byte[] closed)
    {
        if (closed.Length < HeadLength || closed[0] != Version || ReadKey() is not { } key)
            throw new CryptographicException("The file is none of this store, or its key is gone.");
        var content = new byte[closed.Length - HeadLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(
            closed.AsSpan(1, NonceLength), closed.AsSpan(HeadLength), closed.AsSpan(1 + NonceLength, TagLength), content,
            closed.AsSpan(0, 1));
        return content;
    }

    byte[]? ReadKey() => keyFile.Read() is { Length: KeyLength } key ? key : null;

    byte[] ReadOrMakeKey()
    {
        if (ReadKey() is { } there) return there;
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        // Of several processes that start at once, the first one's counts for all.
        return keyFile.TryCreate(key) ? key : ReadKey() ?? throw new CryptographicException($"{keyFile} is no key: delete it.");
    }
}
