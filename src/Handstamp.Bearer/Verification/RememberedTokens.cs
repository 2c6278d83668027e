using System.Collections.Concurrent;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// The tokens that were verified, in two generations: when the young one is half of what may be kept it becomes the old
/// one, and what nobody asked for since is forgotten. A look-up allocates nothing and takes no lock.
/// </summary>
sealed class RememberedTokens(int max)
{
    readonly int _half = max / 2;
    Generations _generations = new([], []);

    public int Count => _generations.Young.Count + _generations.Old.Count;

    public VerifiedToken? Find(in TokenDigest digest)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryGetValue(digest, out var token))
            return token;
        if (generations.Old.TryGetValue(digest, out token))
            Add(digest, token);
        return token;
    }

    public void Add(in TokenDigest digest, VerifiedToken token)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryAdd(digest, token) && Interlocked.Increment(ref generations.YoungCount) >= _half)
            Interlocked.CompareExchange(ref _generations, new([], generations.Young), generations);
    }

    // The count of a ConcurrentDictionary locks all of it.
    sealed class Generations(
        ConcurrentDictionary<TokenDigest, VerifiedToken> young, ConcurrentDictionary<TokenDigest, VerifiedToken> old)
    {
        public readonly ConcurrentDictionary<TokenDigest, VerifiedToken> Young = young;
        public readonly ConcurrentDictionary<TokenDigest, VerifiedToken> Old = old;
        public int YoungCount;
    }
}
