using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>
/// The shape of a binary fuse filter with three places for each key (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller
/// Than Xor Filters", 2022), and what it computes of a key. Fingerprints have 16 bits, so it knows one of 65,536 keys that it
/// was not made of.
/// </summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct FuseShape(int SegmentLength, int SegmentCount)
{
    public const int Places = 3;

    const int MaxSegmentLength = 1 << 18;

    /// <summary>How many fingerprints the filter has.</summary>
    public long Length => (SegmentCount + Places - 1L) * SegmentLength;

    /// <summary>Whether a filter can have this shape.</summary>
    public bool IsPossible => SegmentCount > 0 && SegmentLength is > 0 and <= MaxSegmentLength && int.IsPow2(SegmentLength);

    /// <summary>The smallest shape that so many keys fit into, nearly always at the first seed.</summary>
    public static FuseShape Of(int keys)
    {
        var logarithm = Math.Log(Math.Max(keys, 2));
        var length = Math.Min(1 << (int)((logarithm / Math.Log(3.33)) + 2.25), MaxSegmentLength);
        var places = Math.Max(keys, 2) * Math.Max(1.125, 0.875 + (0.25 * Math.Log(1_000_000) / logarithm));
        return new(length, Math.Max(1, (int)Math.Ceiling(places / length) - (Places - 1)));
    }

    /// <summary>The finalizer of MurmurHash3.</summary>
    public static ulong Hash(ulong key, ulong seed)
    {
        var hash = key + seed;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }

    public static ushort Fingerprint(ulong hash) => (ushort)(hash ^ (hash >> 32));

    /// <summary>Where one of the three fingerprints of the hash is, each in a segment of its own.</summary>
    public int Place(ulong hash, int number)
    {
        var first = (int)Math.BigMul(hash, (ulong)((long)SegmentCount * SegmentLength), out _);
        var mask = SegmentLength - 1;
        return number switch
        {
            0 => first,
            1 => (first + SegmentLength) ^ ((int)(hash >> 18) & mask),
            _ => (first + (2 * SegmentLength)) ^ ((int)hash & mask),
        };
    }
}
