using System.Security.Cryptography;

namespace Handstamp.Client.Files;

/// <summary>Under a random key in a separate file: mark 1 ‖ <see cref="Aes256"/>.</summary>
sealed class KeyFileSeal(PrivateFile keyFile) : ISeal
{
    static readonly byte[] Head = [Seals.Mark(FileProtection.KeyFile)];

    public FileProtection Protection => FileProtection.KeyFile;

    public bool IsAtHand => true;

    public byte[] Close(byte[] content, byte[]? before) => Aes256.Close(ReadOrMakeKey(), Head, content);

    public byte[] Open(byte[] closed) =>
        Aes256.Open(ReadKey() ?? throw new CryptographicException("The key is missing."), Head.Length, closed);

    /// <summary>The next file gets the same key, because another process may be about to write it.</summary>
    public void Forget(byte[] closed)
    {
    }

    byte[]? ReadKey() => keyFile.ReadSecret() is { Length: Aes256.KeyLength } key ? key : null;

    byte[] ReadOrMakeKey()
    {
        if (ReadKey() is { } there) return there;
        var key = RandomNumberGenerator.GetBytes(Aes256.KeyLength);
        // If several processes start at the same time, they all use the first one's key.
        return keyFile.TryCreate(key) ? key : ReadKey() ?? throw new CryptographicException($"{keyFile} is not a key. Delete it.");
    }
}
