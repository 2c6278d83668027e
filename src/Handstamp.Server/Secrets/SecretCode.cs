using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens;

namespace Handstamp.Server.Secrets;

/// <summary>
/// A secret that a person types: six digits. Unlike a <see cref="SecretText"/> it does not name its row, so the row's id
/// follows from the purpose and the holder, and a holder has one code of a purpose at a time.
/// </summary>
static class SecretCode
{
    const int Digits = 6;
    const int Codes = 1_000_000;

    static ReadOnlySpan<byte> Purpose => "handstamp code"u8;

    public static string Create() =>
        RandomNumberGenerator.GetInt32(Codes).ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');

    public static bool IsOne(string text) => text.Length == Digits && text.All(char.IsAsciiDigit);

    /// <summary>The value that is compared with the row. A MAC for the same reasons as that of a <see cref="SecretText"/>.</summary>
    public static SecretKey KeyFor(string purpose, string holder, string code, MacKey key)
    {
        var derived = key.DeriveKey(Purpose);
        // A zero byte ends each part, so that no part can be read as the beginning of another one.
        byte[] row = [.. Encoding.UTF8.GetBytes(purpose), 0, .. Encoding.UTF8.GetBytes(holder), 0];
        var id = new Guid(HMACSHA256.HashData(derived, row).AsSpan(0, 16), bigEndian: true);
        byte[] input = [.. row, .. Encoding.UTF8.GetBytes(code)];
        return new SecretKey(purpose, id, HMACSHA256.HashData(derived, input));
    }
}
