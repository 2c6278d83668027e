using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Keys;
using Handstamp.Tokens;

namespace Handstamp.Server.Accounts;

/// <summary>
/// What a device keeps after a right password: <c>hsd_</c> and, as base64url, a random number, and a mark for each of the
/// last four accounts. A mark is the number of a MAC key and a MAC of the device's number and the account's name. It does
/// not log anybody in: it only says that this device has given the right password before.
/// </summary>
sealed class DeviceToken
{
    const string Prefix = "hsd_";
    const int NumberSize = 16;
    const int MacSize = 16;
    const int MarkSize = 1 + MacSize;
    const int MostMarks = 4;
    const int MostBytes = NumberSize + MostMarks * MarkSize;

    readonly byte[] _bytes;

    DeviceToken(byte[] bytes) => _bytes = bytes;

    /// <summary>The random number of the device.</summary>
    public ReadOnlySpan<byte> Number => _bytes.AsSpan(0, NumberSize);

    static ReadOnlySpan<byte> Purpose => "handstamp device"u8;

    IEnumerable<byte[]> Marks => _bytes.Skip(NumberSize).Chunk(MarkSize);

    /// <summary>The token of a device that is not known yet.</summary>
    public static DeviceToken Create() => new(RandomNumberGenerator.GetBytes(NumberSize));

    public static bool TryParse(string text, [NotNullWhen(true)] out DeviceToken? token)
    {
        token = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        Span<byte> bytes = stackalloc byte[MostBytes];
        if (Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length), bytes, out _, out var written) == OperationStatus.Done
            && written >= NumberSize && (written - NumberSize) % MarkSize == 0)
            token = new DeviceToken(bytes[..written].ToArray());
        return token is not null;
    }

    /// <summary>Whether the right password of this account was given on the device.</summary>
    public bool Knows(string subject, KeyRing ring) => Marks.Any(mark => IsOf(mark, subject, ring));

    /// <summary>The token after the right password of this account was given on the device.</summary>
    public DeviceToken With(string subject, KeyRing ring, MacKey key) => new(
        [.. Number, .. MarkOf(subject, key), .. Marks.Where(mark => !IsOf(mark, subject, ring)).Take(MostMarks - 1).SelectMany(mark => mark)]);

    public string Encode() => Prefix + Base64Url.EncodeToString(_bytes);

    bool IsOf(byte[] mark, string subject, KeyRing ring) =>
        ring.FindMacKey(mark[0]) is { } key && CryptographicOperations.FixedTimeEquals(mark, MarkOf(subject, key));

    byte[] MarkOf(string subject, MacKey key) =>
    [
        key.Id,
        .. HMACSHA256.HashData(key.DeriveKey(Purpose), (byte[])[.. Number, .. Encoding.UTF8.GetBytes(subject)]).AsSpan(0, MacSize),
    ];
}
