using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts;

/// <summary>The priority of a thread.</summary>
static partial class Niceness
{
    const int OfProcess = 0;
    const int CallingThread = 0;

    // A tenth of the weight of the other threads: almost nothing while they need the processors, but never nothing.
    const int Background = 10;

    /// <summary>
    /// From now on, the calling thread lets all others run first; threads that it starts inherit this. If the operating
    /// system has no niceness for threads, nothing changes.
    /// </summary>
    public static void GiveWay()
    {
        // setpriority(2): on Linux, unlike in POSIX, niceness belongs to a thread. A refusal changes nothing.
        if (OperatingSystem.IsLinux()) _ = SetPriority(OfProcess, CallingThread, Background);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int niceness);
}
