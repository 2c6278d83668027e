using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>
/// The codes of authenticator apps (RFC 6238): SHA-1, six digits, a new one every 30 seconds. All apps support that. Pure.
/// </summary>
static class Totp
{
    /// <summary>160 bits, as RFC 4226 §4 recommends.</summary>
    public const int SecretLength = 20;

    public const int Digits = 6;

    public const int Period = 30;

    // A clock may be wrong by one step, and a code may be typed slowly (RFC 6238 §5.2).
    const int Drift = 1;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / Period;

    /// <summary>RFC 4226 §5.3.</summary>
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // HMAC-SHA-1 is what the apps implement. The weaknesses of SHA-1 do not affect it.
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xf)..]) & int.MaxValue;
        return (number % 1_000_000).ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step whose code this is, out of those that are close enough to <paramref name="now"/>; null if there is none after
    /// <paramref name="lastStep"/>.
    /// </summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastStep)
    {
        var given = Encoding.UTF8.GetBytes(code);
        long? found = null;
        for (var step = StepAt(now) - Drift; step <= StepAt(now) + Drift; step++)
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(CodeOf(secret, step))) && step > lastStep)
                found ??= step;
        return found;
    }

    /// <summary>What a person types and means: apps show the digits in groups.</summary>
    public static string Normalize(string code) => code.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>The address that an app reads from a QR code.</summary>
    public static string Uri(ReadOnlySpan<byte> secret, string issuer, string account) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}"
        + $"?secret={Base32.Encode(secret)}&issuer={System.Uri.EscapeDataString(issuer)}";
}
