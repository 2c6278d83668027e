using System.Text;

namespace Handstamp.Proof.Fuzz;

/// <summary>Changes that ignore the meaning of the bytes, but target the weak points of parsers.</summary>
static class Mutation
{
    const int MaxLength = 200_000;

    public static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1.0", "1.5", "1e3", "1E+9", "1e400", "-1e400", "1e-400", "1e999999999", "00", "0x10", "+1", "1.", ".5",
        "127", "256", "65536", "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "-9223372036854775809", "18446744073709551616", "253402300799", "253402300800", "62135596800", "-62135596801",
    ];

    // Overlong and broken UTF-8, halves of characters, byte order marks, and the marks of the formats.
    static readonly byte[][] Pieces =
    [
        [0], [0x7F], [0x80], [0xFF], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xC5, 0x81], [0xE2, 0x82],
        .. Texts("\\ud800", "\\udc00\\ud800", "\\u0000", "\\u0061", "\\/", "\\x", "\"", "'", "{", "}", "[", "]", ",", ":", "{\"a\":", "[[[[",
            "]]]]", "{}", "[]", "null", "true", "false", "NaN", "Infinity", "/**/", "//", "\r\n", "\n", "\r", "\t", " ", "=", "==", ".", "..",
            "-", "_", "+", "/", "%00", "%2e", ";", "; ", "hsr_", "eyJ", "bearer ", "$Version=1", "\r\n ", "\r\n\r\n", "0\r\n\r\n", "chunked"),
    ];

    static readonly Func<byte[], byte[], Random, byte[]>[] Kinds =
    [
        FlipBit, SetByte, Insert, Delete, Duplicate, Splice, Truncate, InsertPiece, AppendPiece, ReplaceByPiece, ReplaceNumber, Repeat, NextInAlphabet,
    ];

    /// <summary>One to four changes; <paramref name="other"/> is another input to splice from.</summary>
    public static byte[] Change(byte[] input, byte[] other, Random random)
    {
        for (var changes = random.Next(1, 5); changes > 0; changes--) input = random.Pick(Kinds)(input, other, random);
        return input.Length <= MaxLength ? input : input[..MaxLength];
    }

    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    static byte[] FlipBit(byte[] input, byte[] other, Random random) =>
        Set(input, random, old => (byte)(old ^ (1 << random.Next(8))));

    static byte[] SetByte(byte[] input, byte[] other, Random random) => Set(input, random, _ => (byte)random.Next(256));

    // Some bits of a base64url text's last character may be unused: its neighbours decode to the same bytes.
    static byte[] NextInAlphabet(byte[] input, byte[] other, Random random) =>
        input.Length == 0 ? input : [.. input[..^1], (byte)(input[^1] + random.Next(-3, 4))];

    static byte[] Insert(byte[] input, byte[] other, Random random)
    {
        var bytes = new byte[random.Next(1, 9)];
        random.NextBytes(bytes);
        return Replace(input, random.Next(input.Length + 1), 0, bytes);
    }

    static byte[] Delete(byte[] input, byte[] other, Random random)
    {
        var (at, length) = Part(input, random);
        return Replace(input, at, length, []);
    }

    static byte[] Duplicate(byte[] input, byte[] other, Random random)
    {
        var (at, length) = Part(input, random);
        return Replace(input, random.Next(input.Length + 1), 0, input[at..(at + length)]);
    }

    static byte[] Splice(byte[] input, byte[] other, Random random) =>
        [.. input[..random.Next(input.Length + 1)], .. other[random.Next(other.Length + 1)..]];

    static byte[] Truncate(byte[] input, byte[] other, Random random) => input[..random.Next(input.Length + 1)];

    static byte[] InsertPiece(byte[] input, byte[] other, Random random) =>
        Replace(input, random.Next(input.Length + 1), 0, random.Pick(Pieces));

    static byte[] AppendPiece(byte[] input, byte[] other, Random random) => [.. input, .. random.Pick(Pieces)];

    static byte[] ReplaceByPiece(byte[] input, byte[] other, Random random)
    {
        var (at, length) = Part(input, random);
        return Replace(input, at, Math.Min(length, 4), random.Pick(Pieces));
    }

    static byte[] ReplaceNumber(byte[] input, byte[] other, Random random)
    {
        var from = input.AsSpan(random.Next(input.Length + 1)).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (from < 0) return input;
        var rest = input.AsSpan(from).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return Replace(input, from, rest < 0 ? input.Length - from : rest, Encoding.ASCII.GetBytes(random.Pick(Numbers)));
    }

    static byte[] Repeat(byte[] input, byte[] other, Random random)
    {
        var (at, length) = Part(input, random);
        var times = 1 << random.Next(1, 14);
        var part = length > 0 ? input[at..(at + Math.Min(length, 16))] : random.Pick(Pieces);
        return Replace(input, at, 0, [.. Enumerable.Repeat(part, times).SelectMany(bytes => bytes)]);
    }

    static byte[] Set(byte[] input, Random random, Func<byte, byte> change)
    {
        if (input.Length == 0) return input;
        var at = random.Next(input.Length);
        return Replace(input, at, 1, [change(input[at])]);
    }

    static (int At, int Length) Part(byte[] input, Random random)
    {
        var at = random.Next(input.Length + 1);
        return (at, random.Next(Math.Min(input.Length - at, 64) + 1));
    }

    static byte[] Replace(byte[] input, int at, int length, byte[] by) => [.. input[..at], .. by, .. input[(at + length)..]];

    static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);
}
