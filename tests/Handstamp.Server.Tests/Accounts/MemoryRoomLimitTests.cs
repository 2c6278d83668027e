using System.Globalization;
using System.Runtime.InteropServices;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The process gets a limit far above what it uses, so no other test notices it.</summary>
public sealed class MemoryRoomLimitTests : IDisposable
{
    const int DataSegment = 2;
    const long GiB = 1L << 30;
    const long Left = 8 * GiB;

    readonly ulong[] _before = new ulong[2];
    readonly long _inUse = DataInUse();
    readonly long _limit;

    public MemoryRoomLimitTests()
    {
        Assert.Equal(0, GetLimit(DataSegment, _before));
        _limit = _inUse + Left;
        Assert.Equal(0, SetLimit(DataSegment, [(ulong)_limit, _before[1]]));
    }

    public void Dispose() => Assert.Equal(0, SetLimit(DataSegment, _before));

    // Other tests use and free memory meanwhile.
    [Fact]
    public void A_hash_has_room_in_what_the_limit_of_the_process_leaves()
    {
        Assert.True(MemoryRoom.Holds((Left - GiB) / 1024));
        Assert.False(MemoryRoom.Holds((Left + GiB) / 1024));
    }

    [Fact]
    public void The_limit_of_the_process_counts_as_its_memory() =>
        Assert.Equal(Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, _limit), MemoryRoom.Total);

    static long DataInUse() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[5], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    [DllImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int GetLimit(int resource, [Out] ulong[] limits);

    [DllImport("libc", EntryPoint = "setrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetLimit(int resource, ulong[] limits);
}
