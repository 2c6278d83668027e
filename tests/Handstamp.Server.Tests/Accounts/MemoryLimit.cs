using System.Globalization;
using System.Runtime.InteropServices;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>While it exists, the process may use only this much memory more (RLIMIT_DATA).</summary>
sealed class MemoryLimit : IDisposable
{
    const int DataSegment = 2;

    readonly ulong[] _before = new ulong[2];

    public MemoryLimit(long left)
    {
        Bytes = left
            + (long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[5], CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        if (GetLimit(DataSegment, _before) != 0) throw new InvalidOperationException("getrlimit");
        Set([(ulong)Bytes, _before[1]]);
    }

    public long Bytes { get; }

    public void Dispose() => Set(_before);

    static void Set(ulong[] limits)
    {
        if (SetLimit(DataSegment, limits) != 0) throw new InvalidOperationException("setrlimit");
    }

    [DllImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int GetLimit(int resource, [Out] ulong[] limits);

    [DllImport("libc", EntryPoint = "setrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetLimit(int resource, ulong[] limits);
}
