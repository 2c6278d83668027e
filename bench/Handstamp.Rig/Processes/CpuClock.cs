using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Handstamp.Rig.Processes;

/// <summary>The processor time of a process, all its threads together, to the nanosecond.</summary>
static partial class CpuClock
{
    const int ChildrenUserTime = 13; // in /proc/PID/stat, counted from the field after the name
    const double TicksPerSecond = 100;

    public static TimeSpan Read(int process)
    {
        var fault = Find(process, out var clock);
        if (fault != 0) throw new Win32Exception(fault);
        if (Read(clock, out var time) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return time.ToTimeSpan();
    }

    /// <summary>The time of the process, of its children, and of the children that have ended.</summary>
    public static TimeSpan ReadWithChildren(int process)
    {
        while (true)
        {
            var ended = ReadEnded(process);
            var time = Read(process) + Children(process).Aggregate(TimeSpan.Zero, (sum, child) => sum + ReadIfThere(child));
            // A child that ends meanwhile would be counted twice, or not at all.
            if (ReadEnded(process) == ended) return time + ended;
        }
    }

    static TimeSpan ReadEnded(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[ChildrenUserTime]) + Number(fields[ChildrenUserTime + 1])) / TicksPerSecond);
    }

    static IEnumerable<int> Children(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number);

    static TimeSpan ReadIfThere(int process) =>
        Find(process, out var clock) == 0 && Read(clock, out var time) == 0 ? time.ToTimeSpan() : TimeSpan.Zero;

    static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

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

        public readonly TimeSpan ToTimeSpan() =>
            TimeSpan.FromSeconds(Seconds) + TimeSpan.FromMicroseconds(Nanoseconds / 1000.0);
    }
}
