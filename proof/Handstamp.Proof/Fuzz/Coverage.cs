using System.Runtime.Intrinsics;
using SharpFuzz.Common;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// The branches that the instrumented code takes, as American Fuzzy Lop counts them: a byte for each pair of places
/// that follow each other.
/// </summary>
static unsafe class Coverage
{
    const int Size = 1 << 16;

    static readonly byte[] Counts = GC.AllocateArray<byte>(Size, pinned: true);

    /// <summary>Call this before the code runs: the code writes there from its first instruction on.</summary>
    public static void Start()
    {
        fixed (byte* counts = Counts) Trace.SharedMem = counts;
    }

    public static void Reset()
    {
        Counts.AsSpan().Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>
    /// Adds the branches since the reset. Returns whether one of them is new, or was taken more often than before.
    /// </summary>
    public static bool AddTo(byte[] seen)
    {
        var isNew = false;
        for (var at = 0; at < Size; at += Vector128<byte>.Count)
        {
            if (Vector128.LoadUnsafe(ref Counts[at]) == Vector128<byte>.Zero) continue;
            for (var i = at; i < at + Vector128<byte>.Count; i++)
            {
                var bucket = Bucket(Counts[i]);
                isNew |= (seen[i] & bucket) != bucket;
                seen[i] |= bucket;
            }
        }
        return isNew;
    }

    public static byte[] Nothing() => new byte[Size];

    // 1, 2, 3, 4-7, 8-15, 16-31, 32-127, more.
    static byte Bucket(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
