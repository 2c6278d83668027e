using System.Collections.Concurrent;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// The tokens that were verified, in two generations: when the young one is half of what may be kept it becomes the old
/// one, and what nobody asked for since is forgotten. A look-up allocates nothing and takes no lock.
/// </summary>
sealed class RememberedTokens(int max)
{
    readonly int _half = max / 2;
    Generations _generations = new(new Generation());

    public int Count => _generations.Young.Count + _generations.Old.Count;

    public VerifiedToken? Find(ReadOnlySpan<char> token)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.BySpan.TryGetValue(token, out var verified))
            return verified;
        if (generations.Old.BySpan.TryGetValue(token, out var text, out verified))
            Add(text, verified);
        return verified;
    }

    public void Add(string token, VerifiedToken verified)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryAdd(token, verified) && Interlocked.Increment(ref generations.YoungCount) >= _half)
            Interlocked.CompareExchange(ref _generations, new(generations.Young), generations);
    }

    sealed class Generations(Generation old)
    {
        public readonly Generation Old = old;
        public readonly Generation Young = new();
        // The count of a ConcurrentDictionary locks all of it.
        public int YoungCount;
    }

    sealed class Generation() : ConcurrentDictionary<string, VerifiedToken>(new TokenComparer())
    {
        public AlternateLookup<ReadOnlySpan<char>> BySpan => GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
