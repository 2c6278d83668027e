using System.Collections.Concurrent;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// Tokens that were verified and came back, in two generations. When the young generation has filled half of the room,
/// it becomes the old one, and tokens that nobody has used since are forgotten. A look-up allocates nothing and takes
/// no lock.
/// </summary>
/// <param name="max">The number of tokens of <see cref="VerifiedToken.UnitSize"/> that fit.</param>
sealed class RememberedTokens(int max)
{
    readonly int _half = max / 2;
    readonly FirstSights _firstSights = new(max);
    Generations _generations = new(new Generation());

    public int Count => _generations.Young.Count + _generations.Old.Count;

    public VerifiedToken? Find(ReadOnlySpan<char> token)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.BySpan.TryGetValue(token, out var verified)) return verified;
        if (generations.Old.BySpan.TryGetValue(token, out var text, out verified))
            Add(text, verified);
        return verified;
    }

    /// <summary>
    /// A token was accepted; the second time, it is remembered. Many tokens are seen only once. To keep those would
    /// cost more than to verify them: the collector would move them, and they would displace tokens that come back.
    /// </summary>
    public void Note(ReadOnlySpan<char> token, VerifiedToken verified)
    {
        if (!_firstSights.IsFirst(TokenComparer.Hash(token)))
            Add(TokenComparer.ToAscii(token), verified);
    }

    void Add(byte[] token, VerifiedToken verified)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryAdd(token, verified)
            && Interlocked.Add(ref generations.YoungUnits, verified.UnitsWith(token)) >= _half)
            Interlocked.CompareExchange(ref _generations, new(generations.Young), generations);
    }

    sealed class Generations(Generation old)
    {
        public readonly Generation Old = old;
        public readonly Generation Young = new();
        // The count of a ConcurrentDictionary locks all of it.
        public int YoungUnits;
    }

    sealed class Generation() : ConcurrentDictionary<byte[], VerifiedToken>(new TokenComparer())
    {
        public AlternateLookup<ReadOnlySpan<char>> BySpan => GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
