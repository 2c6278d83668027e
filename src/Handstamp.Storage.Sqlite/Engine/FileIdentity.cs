using System.Runtime.InteropServices;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>The identity of the file at a path: another file under the same name has another identity.</summary>
readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    const int CurrentDirectory = -100;
    const uint InodeWanted = 0x100;

    // The kernel's struct statx, which is the same on all architectures.
    const int StatusLength = 256;
    const int InodeAt = 32;
    const int DeviceAt = 136;

    /// <summary>Null if there is no file. If the system has no statx(2), all files have the same identity.</summary>
    public static FileIdentity? Of(string path)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        if (OperatingSystem.IsLinux() && Status(CurrentDirectory, path, 0, InodeWanted, status) == 0)
            return new FileIdentity(MemoryMarshal.Read<ulong>(status[DeviceAt..]), MemoryMarshal.Read<ulong>(status[InodeAt..]));
        return File.Exists(path) ? default(FileIdentity) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Status(int directory, string path, int flags, uint mask, Span<byte> status);
}
