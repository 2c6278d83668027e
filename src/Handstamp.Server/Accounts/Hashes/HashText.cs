using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>The parts of a hash's text.</summary>
static class HashText
{
    /// <summary>Base64 with or without padding; passlib writes <c>.</c> for <c>+</c>. Null if it is none.</summary>
    public static byte[]? FromBase64(string text)
    {
        var plain = text.TrimEnd('=').Replace('.', '+');
        var padded = plain.PadRight((plain.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }

    public static byte[]? FromBase64(Group text) => FromBase64(text.Value);

    /// <summary>Of at most nine digits.</summary>
    public static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Compares texts of which one is secret.</summary>
    public static bool AreEqual(string computed, string stored) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(computed), Encoding.ASCII.GetBytes(stored));
}
