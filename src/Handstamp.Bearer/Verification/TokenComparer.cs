using System.Text;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// Compares all of a token, and hashes only the end of its signature, which no two tokens share. To keep a SHA-256 in
/// place of the text was measured: it makes a look-up ten times as dear, a microsecond of every request, to keep out of
/// a memory dump what is dead in minutes and is in the buffers of the requests besides. The text is ASCII, and kept so.
/// </summary>
sealed class TokenComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<char>, byte[]>
{
    const int HashedLength = 32;

    public static int Hash(ReadOnlySpan<char> token) => string.GetHashCode(token[^Math.Min(token.Length, HashedLength)..]);

    /// <summary>Of a token that was verified, which is ASCII.</summary>
    public static byte[] ToAscii(ReadOnlySpan<char> token)
    {
        var ascii = new byte[token.Length];
        Encoding.ASCII.GetBytes(token, ascii);
        return ascii;
    }

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var end = obj.AsSpan(^Math.Min(obj.Length, HashedLength)..);
        Span<char> text = stackalloc char[end.Length];
        Encoding.ASCII.GetChars(end, text);
        return Hash(text);
    }

    public bool Equals(ReadOnlySpan<char> alternate, byte[] other) => Ascii.Equals(other, alternate);

    public int GetHashCode(ReadOnlySpan<char> alternate) => Hash(alternate);

    public byte[] Create(ReadOnlySpan<char> alternate) => ToAscii(alternate);
}
