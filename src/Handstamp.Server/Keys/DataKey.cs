using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Handstamp.Server.Keys;

/// <summary>
/// A key for secrets in the database that have to be read again: the data key for those of authenticator apps, and sealing keys for
/// password hashes. What the data key has encrypted lives as long as the accounts, so it does not rotate, and cannot be revoked.
/// </summary>
sealed class DataKey
{
    public const int Length = 32;

    readonly byte[] _encryption;
    readonly byte[] _authentication;

    public DataKey(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Length);
        _encryption = Derive(secret, "handstamp data encryption"u8);
        _authentication = Derive(secret, "handstamp data authentication"u8);
    }

    /// <summary>The label says whose secret it is. It is opened only with the same one.</summary>
    public byte[] Seal(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label) => SealedBox.Seal(_encryption, secret, label);

    public bool TryOpen(ReadOnlySpan<byte> box, ReadOnlySpan<byte> label, [NotNullWhen(true)] out byte[]? secret) =>
        SealedBox.TryOpen(_encryption, box, label, out secret);

    /// <summary>
    /// For a secret that only has to be compared. A person who has the database alone cannot guess it from the MAC.
    /// </summary>
    public byte[] Authenticate(ReadOnlySpan<byte> data) => HMACSHA256.HashData(_authentication, data);

    // HKDF-Expand (RFC 5869 §2.3).
    static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[Length];
        HKDF.Expand(HashAlgorithmName.SHA256, secret, key, purpose);
        return key;
    }
}
