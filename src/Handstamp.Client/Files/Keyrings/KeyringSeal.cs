using System.Security.Cryptography;

namespace Handstamp.Client.Files.Keyrings;

/// <summary>
/// Under a random key in the keyring; the file contains the key's name: mark 1 ‖ name 16 ‖ <see cref="Aes256"/>. If two
/// processes start at the same time, they make two keys, and neither can mistake the other's key for its own.
/// </summary>
sealed class KeyringSeal(IKeyring keyring) : ISeal
{
    const int NameLength = 16;
    const int HeadLength = 1 + NameLength;

    public FileProtection Protection => keyring.Protection;

    public bool IsAtHand => keyring.IsOpen;

    public byte[] Close(byte[] content, byte[]? before)
    {
        if (before is not null && FindKey(before) is { } there) return Aes256.Close(there, before.AsSpan(0, HeadLength), content);
        byte[] head = [Seals.Mark(Protection), .. RandomNumberGenerator.GetBytes(NameLength)];
        var key = RandomNumberGenerator.GetBytes(Aes256.KeyLength);
        keyring.Add(NameIn(head), key);
        return Aes256.Close(key, head, content);
    }

    public byte[] Open(byte[] closed) =>
        Aes256.Open(FindKey(closed) ?? throw new CryptographicException("The key is missing."), HeadLength, closed);

    public void Forget(byte[] closed)
    {
        try
        {
            if (Has(closed)) keyring.Remove(NameIn(closed));
        }
        catch (KeyringException)
        {
            // Without the file, the key is useless.
        }
    }

    byte[]? FindKey(byte[] closed) =>
        Has(closed) && keyring.Find(NameIn(closed)) is { Length: Aes256.KeyLength } key ? key : null;

    bool Has(byte[] closed) => closed.Length >= HeadLength && closed[0] == Seals.Mark(Protection);

    static string NameIn(byte[] head) => Convert.ToHexStringLower(head, 1, NameLength);
}
