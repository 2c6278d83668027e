using System.Runtime.InteropServices;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>The maximum length of this process's files (setrlimit): a full disk that needs no privilege.</summary>
static class FileLimits
{
    const int FileSize = 1;

    // SIGXFSZ, which ends a process that does not handle it.
    const PosixSignal LimitReached = (PosixSignal)25;

    /// <summary>A write beyond the limit fails, and does not end the process.</summary>
    public static PosixSignalRegistration Survive() =>
        PosixSignalRegistration.Create(LimitReached, signal => signal.Cancel = true);

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
