using System.Runtime.InteropServices;

namespace Handstamp.Server.Storage;

/// <summary>What Linux knows of a file or a directory: which one it is, and the user whom it belongs to.</summary>
readonly partial record struct FileStatus(ulong Device, ulong Inode, uint Owner)
{
    const int CurrentDirectory = -100;
    const uint OwnerAndInodeWanted = 0x108;

    // The kernel's struct statx, which is the same on all architectures.
    const int Length = 256;
    const int OwnerAt = 20;
    const int InodeAt = 32;
    const int DeviceAt = 136;

    /// <summary>Null if there is no file, or no statx(2).</summary>
    public static FileStatus? Of(string path)
    {
        Span<byte> status = stackalloc byte[Length];
        return OperatingSystem.IsLinux() && Read(CurrentDirectory, path, 0, OwnerAndInodeWanted, status) == 0
            ? new(MemoryMarshal.Read<ulong>(status[DeviceAt..]), MemoryMarshal.Read<ulong>(status[InodeAt..]), MemoryMarshal.Read<uint>(status[OwnerAt..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int directory, string path, int flags, uint mask, Span<byte> status);
}
