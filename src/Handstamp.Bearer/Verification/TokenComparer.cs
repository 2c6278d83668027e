namespace Handstamp.Bearer.Verification;

/// <summary>
/// Compares all of a token, and hashes only the end of its signature, which no two tokens share. To keep a SHA-256 in
/// place of the text was measured: it makes a look-up ten times as dear, a microsecond of every request, to keep out of
/// a memory dump what is dead in minutes and is in the buffers of the requests besides.
/// </summary>
sealed class TokenComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
{
    const int HashedLength = 32;

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<char> alternate, string other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<char> alternate) =>
        string.GetHashCode(alternate[^Math.Min(alternate.Length, HashedLength)..]);

    public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
}
