using System.Numerics;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// Hashes of tokens that were found good once, in a table that never grows: a newer one takes the place of an older. Only
/// good tokens get here, so that a stranger can't empty it. One hash for two tokens, or a note that is lost to another
/// thread's, costs a little room or one more verification, and decides nothing.
/// </summary>
sealed class FirstSights(int max)
{
    readonly int[] _hashes = new int[BitOperations.RoundUpToPowerOf2((uint)max)];

    /// <summary>Whether this hash was not noted before; now it is.</summary>
    public bool IsFirst(int hash)
    {
        ref var noted = ref _hashes[hash & (_hashes.Length - 1)];
        if (noted == hash) return false;

        noted = hash;
        return true;
    }
}
