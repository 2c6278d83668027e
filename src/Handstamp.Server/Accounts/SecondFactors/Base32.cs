using System.Text;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>Base 32 (RFC 4648 §6) without padding, as authenticator apps write their secrets.</summary>
static class Base32
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const int BitsPerLetter = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var value in bytes)
        {
            buffer = ((buffer << 8) | value) & 0xfff;
            for (bits += 8; bits >= BitsPerLetter; bits -= BitsPerLetter)
                text.Append(Alphabet[(buffer >> (bits - BitsPerLetter)) & 31]);
        }
        if (bits > 0) text.Append(Alphabet[(buffer << (BitsPerLetter - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>Also in lower case, with padding or with spaces, as people copy it. Null if it is not base 32.</summary>
    public static byte[]? Decode(string text)
    {
        var bytes = new List<byte>();
        var (buffer, bits) = (0, 0);
        foreach (var letter in text.TrimEnd('='))
        {
            if (letter is ' ' or '-') continue;
            var value = Alphabet.IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal);
            if (value < 0) return null;
            buffer = ((buffer << BitsPerLetter) | value) & 0xfff;
            bits += BitsPerLetter;
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
        }
        return [.. bytes];
    }
}
