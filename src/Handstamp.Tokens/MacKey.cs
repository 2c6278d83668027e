using System.Security.Cryptography;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A secret key that authenticates refresh tokens (HMAC-SHA-256), with the number by which a token names it.
/// </summary>
public sealed class MacKey
{
    /// <summary>The length of the secret, in bytes.</summary>
    public const int SecretSize = 32;

    readonly byte[] _secret;

    // To initialise one with the key takes as long as the MAC itself.
    readonly Pool<IncrementalHash> _macs;

    /// <summary>Imports a key that <see cref="ExportSecret"/> returned.</summary>
    /// <exception cref="ArgumentException">The secret does not have <see cref="SecretSize"/> bytes.</exception>
    public MacKey(byte id, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != SecretSize)
            throw new ArgumentException($"The secret of a MAC key has {SecretSize} bytes.", nameof(secret));

        Id = id;
        _secret = secret.ToArray();
        _macs = new Pool<IncrementalHash>(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret));
    }

    /// <summary>The number in a refresh token that says which key made it.</summary>
    public byte Id { get; }

    /// <summary>Makes a new key.</summary>
    public static MacKey Create(byte id)
    {
        Span<byte> secret = stackalloc byte[SecretSize];
        RandomNumberGenerator.Fill(secret);
        return new MacKey(id, secret);
    }

    /// <summary>The secret. The caller encrypts and wipes it.</summary>
    public byte[] ExportSecret() => [.. _secret];

    /// <summary>
    /// A key for another purpose (HKDF-Expand, RFC 5869 §2.3). With it, nobody can make refresh tokens, and nothing
    /// that is authenticated under it is a refresh token.
    /// </summary>
    public byte[] DeriveKey(ReadOnlySpan<byte> purpose)
    {
        var key = new byte[SecretSize];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, purpose);
        return key;
    }

    /// <summary>The number and a fingerprint of the secret; never the secret.</summary>
    public override string ToString() =>
        $"MAC key {Id} ({Convert.ToHexStringLower(SHA256.HashData(_secret).AsSpan(0, 4))})";

    internal void Authenticate(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        var hash = _macs.Rent();
        hash.AppendData(data);
        hash.GetHashAndReset(mac);
        _macs.Return(hash);
    }
}
