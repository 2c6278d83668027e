using System.Text;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// Compares the whole token, but hashes only the end of its signature, in which no two tokens are equal. We measured a
/// SHA-256 instead of the text: a look-up would be ten times as expensive, a microsecond of every request. It would
/// only keep tokens out of a memory dump that expire in minutes and are in the buffers of the requests anyway. The text
/// is ASCII, and stored as such.
/// </summary>
sealed class TokenComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<char>, byte[]>
{
    const int HashedLength = 32;

    public static int Hash(ReadOnlySpan<char> token) => string.GetHashCode(token[^Math.Min(token.Length, HashedLength)..]);

    /// <summary>Of a verified token, which is ASCII.</summary>
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
