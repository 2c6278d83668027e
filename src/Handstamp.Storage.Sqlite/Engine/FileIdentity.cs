using System.Runtime.InteropServices;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>Which file a path leads to: another file under the same name has another identity.</summary>
readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    const int CurrentDirectory = -100;
    const uint InodeWanted = 0x100;
    const int WriteWanted = 2;

    /// <summary>Null: there is no file. Where the system has no statx(2), all files have the same identity.</summary>
    public static FileIdentity? Of(string path)
    {
        if (OperatingSystem.IsLinux() && Status(CurrentDirectory, path, 0, InodeWanted, out var status) == 0)
            return new FileIdentity(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode);
        return File.Exists(path) ? default(FileIdentity) : null;
    }

    /// <summary>Whether the system would let anybody write to it: not where it was made immutable, or its disk read-only.</summary>
    public static bool IsWritable(string path) => !OperatingSystem.IsLinux() || MayAccess(path, WriteWanted) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MayAccess(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Status(int directory, string path, int flags, uint mask, out FileStatus status);

    // The kernel's struct statx, which is the same on all architectures; only what is asked for has a name.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    readonly struct FileStatus
    {
        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }
}
