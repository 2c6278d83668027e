using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Server.Keys;

/// <summary>
/// The key that encrypts the ring: 32 bytes that are never in the database. The id and the purpose of the encrypted key are
/// authenticated too, so that two rows cannot be exchanged.
/// </summary>
sealed class MasterKey : IDisposable, IEquatable<MasterKey>
{
    public const int Length = 32;

    readonly byte[] _key;
    readonly string _fingerprint;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Length);
        _key = key.ToArray();
        _fingerprint = Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4));
    }

    public static MasterKey Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        var key = new MasterKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>Reads base64 of exactly 32 bytes, ignoring white space around it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out MasterKey? key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        key = Convert.TryFromBase64Chars(text.Trim(), bytes, out var written) && written == Length
            ? new MasterKey(bytes)
            : null;
        CryptographicOperations.ZeroMemory(bytes);
        return key is not null;
    }

    public byte[] Seal(ReadOnlySpan<byte> secret, KeyPurpose purpose, string id) => SealedBox.Seal(_key, secret, Label(purpose, id));

    /// <summary>False if the value was encrypted under another master key or for another key, or was changed.</summary>
    public bool TryOpen(ReadOnlySpan<byte> box, KeyPurpose purpose, string id, [NotNullWhen(true)] out byte[]? secret) =>
        SealedBox.TryOpen(_key, box, Label(purpose, id), out secret);

    /// <summary>The key itself, for its file.</summary>
    public string Reveal() => Convert.ToBase64String(_key);

    public bool Equals(MasterKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(_key, other._key);

    public override bool Equals(object? obj) => Equals(obj as MasterKey);

    public override int GetHashCode() => _fingerprint.GetHashCode(StringComparison.Ordinal);

    // Nodes of a version that lacks a purpose name it by its number. They too have to see that their master key opens the ring.
    static byte[] Label(KeyPurpose purpose, string id) => Encoding.UTF8.GetBytes(
        purpose is KeyPurpose.Sign or KeyPurpose.Mac ? $"handstamp {purpose} {id}" : $"handstamp {(int)purpose} {id}");

    public override string ToString() => $"master key {_fingerprint}";

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}
