using System.Runtime.InteropServices;

namespace Handstamp.Rig.Load;

/// <summary>poll(2): one thread waits for all connections, so that the generator takes little CPU.</summary>
static partial class Poll
{
    const short Readable = 1;

    public static Entry[] For(IEnumerable<Connection> connections) =>
        [.. connections.Select(connection => new Entry { Handle = connection.Handle, Events = Readable })];

    public static void Wait(Entry[] entries, TimeSpan most) =>
        _ = Wait(entries, (nuint)entries.Length, (int)Math.Ceiling(Math.Max(most.TotalMilliseconds, 0)));

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait([In, Out] Entry[] entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    public struct Entry
    {
        public int Handle;
        public short Events;
        public short Returned;
    }
}
