namespace Handstamp.Server.Accounts.Hashes;

/// <summary>What one verification takes.</summary>
/// <param name="MemoryKiB">Its memory. Small amounts do not count.</param>
/// <param name="Work">
/// Memory times passes of Argon2id, in KiB, that take about as long. For other functions it is an estimate: the machines differ.
/// </param>
/// <param name="WorstWork">The same for the longest password.</param>
readonly record struct HashCost(long MemoryKiB, long Work, long WorstWork)
{
    /// <summary>A hash from elsewhere may take this much memory.</summary>
    public const long MostMemoryKiB = 256 * 1024;

    // About three seconds of one processor.
    const long MostWork = 4 * 1024 * 1024;

    /// <summary>The length of the password hardly matters.</summary>
    public HashCost(long memoryKiB, long work) : this(memoryKiB, work, work)
    {
    }

    /// <summary>Why a hash from elsewhere is refused, in a sentence; null if it is not.</summary>
    public string? Fault =>
        MemoryKiB > MostMemoryKiB ? $"The hash takes {MemoryKiB / 1024} MiB of memory to verify. At most {MostMemoryKiB / 1024} MiB are allowed."
        : WorstWork > MostWork ? $"The hash takes about {(WorstWork / MostWork) + 1} times as long to verify as the longest that is allowed."
        : null;
}
