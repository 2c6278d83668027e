using System.Globalization;
using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts;

/// <summary>
/// How much memory there is to hash in. The runtime ends the process when it gets no memory for itself, so hashing leaves
/// it some.
/// </summary>
static partial class MemoryRoom
{
    const int DataSegment = 2;

    // What the runtime may need at any moment: a few threads and the next part of its heap.
    const long LeftToOthers = 16L << 20;

    /// <summary>What the container, the machine or the limit of the process (RLIMIT_DATA) lets it have.</summary>
    public static long Total => Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, DataLimit ?? long.MaxValue);

    /// <summary>How many of the hashes may run at once: they take half of the memory at most, and one runs in any case.</summary>
    public static int Hashes(int wanted, int memoryKiB) =>
        (int)Math.Clamp(Total / 2 / (memoryKiB * 1024L), 1, wanted);

    /// <summary>Whether so much more can be had, and the rest of the process still has what it needs.</summary>
    public static bool Holds(int memoryKiB) =>
        DataLimit is not { } limit || DataInUse() + (memoryKiB * 1024L) + LeftToOthers <= limit;

    // The soft limit, which is the first of the two.
    static long? DataLimit
    {
        get
        {
            Span<ulong> limits = stackalloc ulong[2];
            return OperatingSystem.IsLinux() && GetLimit(DataSegment, limits) == 0 && limits[0] <= long.MaxValue
                ? (long)limits[0]
                : null;
        }
    }

    // proc(5): the sixth number of statm is the pages of data and stacks, which the kernel compares with the limit.
    static long DataInUse()
    {
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[5];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, Span<ulong> limits);
}
