using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens;

namespace Handstamp.Server.Secrets;

/// <summary>
/// A secret as the person gets it: <c>hss_</c> and, as base64url, the number of the MAC key of its row, the row's id,
/// and 32 random bytes.
/// </summary>
sealed class SecretText
{
    const string Prefix = "hss_";
    const int RandomAt = 1 + 16;
    const int Bytes = RandomAt + 32;

    readonly byte[] _bytes;

    SecretText(byte[] bytes) => _bytes = bytes;

    public byte MacKeyId => _bytes[0];

    public Guid Id => new(_bytes.AsSpan(1, 16), bigEndian: true);

    static ReadOnlySpan<byte> Purpose => "handstamp secret"u8;

    /// <param name="macKeyId">The key of the MAC of its row.</param>
    /// <param name="id">The id of its row.</param>
    public static SecretText Create(byte macKeyId, Guid id)
    {
        var bytes = new byte[Bytes];
        bytes[0] = macKeyId;
        id.TryWriteBytes(bytes.AsSpan(1), bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes.AsSpan(RandomAt));
        return new SecretText(bytes);
    }

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SecretText? secret)
    {
        secret = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var bytes = new byte[Bytes];
        if (Base64Url.DecodeFromChars(text[Prefix.Length..], bytes, out _, out var written) == OperationStatus.Done && written == Bytes)
            secret = new SecretText(bytes);
        return secret is not null;
    }

    /// <summary>
    /// The value that is compared with the row. It is a MAC and not only a hash: anyone who reads the table could guess
    /// a code of six digits from its hash. And if the key is revoked, everything that it made is invalid. The MAC
    /// includes purpose and row, so that no row's MAC is valid in another.
    /// </summary>
    public SecretKey KeyFor(string purpose, MacKey key)
    {
        // A zero byte ends the purpose, so that no purpose can be read as the beginning of another one.
        byte[] input = [.. Encoding.UTF8.GetBytes(purpose), 0, .. _bytes.AsSpan(1)];
        return new SecretKey(purpose, Id, HMACSHA256.HashData(key.DeriveKey(Purpose), input));
    }

    /// <summary>The secret itself, for its recipient.</summary>
    public string Reveal() => Prefix + Base64Url.EncodeToString(_bytes);

    public override string ToString() => $"secret {Id:D}";
}
