using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Handstamp.Rig.Processes;

/// <summary>The processor time of a process, all its threads together, to the nanosecond.</summary>
static partial class CpuClock
{
    public static TimeSpan Read(int process)
    {
        var fault = Find(process, out var clock);
        if (fault != 0) throw new Win32Exception(fault);
        if (Read(clock, out var time) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
    }

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Find(int process, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int clock, out Time time);

    struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
