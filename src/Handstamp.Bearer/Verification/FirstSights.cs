using System.Numerics;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// Hashes of tokens that were accepted once, in a table that never grows: a newer hash replaces an older one. Only
/// accepted tokens are added, so a stranger cannot empty the table. If two tokens have the same hash, or another thread
/// overwrites a note, the cost is a little room or one more verification, and no decision changes.
/// </summary>
sealed class FirstSights(int max)
{
    readonly int[] _hashes = new int[BitOperations.RoundUpToPowerOf2((uint)max)];

    /// <summary>Whether this hash was new. It is noted now.</summary>
    public bool IsFirst(int hash)
    {
        ref var noted = ref _hashes[hash & (_hashes.Length - 1)];
        if (noted == hash) return false;

        noted = hash;
        return true;
    }
}
