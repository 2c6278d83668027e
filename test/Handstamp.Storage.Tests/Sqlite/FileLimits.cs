using System.Runtime.InteropServices;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>How long the files of this process may become (setrlimit): a full disk that needs no privilege.</summary>
static class FileLimits
{
    /// <summary>SIGXFSZ, which would end the process.</summary>
    public const int SignalNumber = 25;

    const int FileSize = 1;

    public static void Set(long bytes) => Change((nuint)bytes);

    public static void Lift() => Change(null);

    static void Change(nuint? bytes)
    {
        _ = GetLimit(FileSize, out var limit);
        limit.Soft = bytes ?? limit.Hard;
        if (SetLimit(FileSize, in limit) != 0) throw new InvalidOperationException("setrlimit");
    }

    [DllImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
