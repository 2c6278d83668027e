namespace Handstamp.Server.Accounts.Hashes;

/// <summary>A hash that is fast to guess at, taken apart so that it can be wrapped.</summary>
/// <param name="text">The whole text of the hash.</param>
/// <param name="form">The text with its salt and without its digest. It can be read like a hash, and opens for nobody.</param>
/// <param name="compute">The text that the hash of a password has, with the same salt.</param>
sealed class FastHash(string text, string form, Func<ReadOnlySpan<byte>, string> compute)
{
    public string Text => text;

    public string Form => form;

    public string Compute(ReadOnlySpan<byte> password) => compute(password);
}
