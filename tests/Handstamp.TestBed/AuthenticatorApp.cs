using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Handstamp.TestBed;

/// <summary>The codes of an authenticator app (RFC 6238).</summary>
public static class AuthenticatorApp
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The code for a secret in base 32, so many steps from now.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "What the apps implement.")]
    public static string CodeOf(string secret, int steps = 0)
    {
        var number = secret.Aggregate(BigInteger.Zero, (value, letter) => (value << 5) + Alphabet.IndexOf(letter, StringComparison.Ordinal));
        // 32 letters are 20 bytes.
        var key = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] padded = [.. new byte[20 - key.Length], .. key];
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + steps);
        var mac = HMACSHA1.HashData(padded, counter);
        var code = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[19] & 15)) & int.MaxValue;
        return (code % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
