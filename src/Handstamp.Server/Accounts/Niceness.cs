using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts;

/// <summary>How ready a thread is to let others run first.</summary>
static partial class Niceness
{
    const int OfProcess = 0;
    const int CallingThread = 0;

    // A tenth of the weight of the others: next to nothing while they need the processors, and never nothing.
    const int Background = 10;

    /// <summary>
    /// The calling thread gives way to all others from now on; threads that it starts inherit that. Where the operating
    /// system knows no niceness of a thread, nothing changes.
    /// </summary>
    public static void GiveWay()
    {
        // setpriority(2): in Linux, against POSIX, niceness belongs to a thread. A refusal changes nothing.
        if (OperatingSystem.IsLinux()) _ = SetPriority(OfProcess, CallingThread, Background);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int niceness);
}
