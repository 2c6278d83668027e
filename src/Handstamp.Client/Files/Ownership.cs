using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Handstamp.Client.Files;

/// <summary>
/// Checks who owns a file. A file that another user has made, or can read, is not a secret of this user.
/// </summary>
[UnsupportedOSPlatform("windows")]
static partial class Ownership
{
    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Throws unless the open file belongs to this user and only this user can read it.</summary>
    public static void DemandPrivate(SafeFileHandle file, string path)
    {
        var mode = File.GetUnixFileMode(file);
        if (!IsOwn((int)file.DangerousGetHandle(), "", () => File.SetUnixFileMode(file, mode), orRoot: false))
            throw new IOException($"{path} belongs to another user, who may know what is in it. Delete it and log in again.");
        if ((mode & Others) != 0)
            throw new IOException(
                $"Other users can read {path}. Delete it and log in again. If nobody else can have read it, run chmod 600 on it instead.");
    }

    /// <summary>Throws if another user can add files to the folder or remove files from it.</summary>
    public static void DemandSafe(string folder)
    {
        var mode = File.GetUnixFileMode(folder);
        if (!IsOwn(CurrentFolder, folder, () => File.SetUnixFileMode(folder, mode), orRoot: true))
            throw new IOException($"The folder {folder} belongs to another user. Use a folder of your own.");
        // With the sticky bit, as on /tmp, each file there can be removed only by its owner.
        if ((mode & OthersWrite) != 0 && !mode.HasFlag(UnixFileMode.StickyBit))
            throw new IOException($"Other users can write to the folder {folder} and could put their own key there. Run chmod 700 on it.");
    }

    static bool IsOwn(int folder, string path, Action setMode, bool orRoot)
    {
        try
        {
            return OwnerOf(folder, path) is var owner && (owner == UserId() || (orRoot && owner == 0));
        }
        catch (EntryPointNotFoundException)
        {
            return Works(setMode);
        }
    }

    /// <summary>If there is no statx, as on macOS: only the owner, and root, may set the mode of a file.</summary>
    static bool Works(Action setMode)
    {
        try
        {
            setMode();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    const int CurrentFolder = -100;
    const int EmptyPath = 0x1000;
    const uint Owner = 0x8;
    const int OwnerOffset = 20;
    const int AnswerLength = 256;

    /// <summary>Of all calls for this, only statx has an answer with the same layout on every processor.</summary>
    static unsafe uint OwnerOf(int folder, string path)
    {
        var answer = stackalloc byte[AnswerLength];
        return StatX(folder, path, path.Length == 0 ? EmptyPath : 0, Owner, answer) == 0
            ? *(uint*)(answer + OwnerOffset)
            : throw new IOException($"The owner of the file could not be determined: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint UserId();
}
