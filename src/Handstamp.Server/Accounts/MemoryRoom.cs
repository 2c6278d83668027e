using System.Globalization;
using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts;

/// <summary>
/// How much memory hashing may use. The runtime ends the process if it gets no memory, so hashing leaves some for it.
/// </summary>
static partial class MemoryRoom
{
    const int DataSegment = 2;

    // What the runtime may need at any moment: a few threads and the next part of its heap.
    const long LeftToOthers = 16L << 20;

    /// <summary>The memory that the container, the machine or the limit of the process (RLIMIT_DATA) allows.</summary>
    public static long Total => Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, DataLimit ?? long.MaxValue);

    /// <summary>
    /// How many of the hashes may run at once: together they use at most half of the memory, but one always runs.
    /// </summary>
    public static int Hashes(int wanted, int memoryKiB) =>
        (int)Math.Clamp(Total / 2 / (memoryKiB * 1024L), 1, wanted);

    /// <summary>Whether one hash may use this much: at most half of the memory.</summary>
    public static bool Suffices(long memoryKiB) => memoryKiB * 1024 <= Total / 2;

    /// <summary>Whether this much more memory is available, and the rest of the process still has enough.</summary>
    public static bool Holds(long memoryKiB) =>
        DataLimit is not { } limit || DataInUse() + (memoryKiB * 1024) + LeftToOthers <= limit;

    // The soft limit is the first of the two.
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
