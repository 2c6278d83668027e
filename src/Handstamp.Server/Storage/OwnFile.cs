using System.Text;

namespace Handstamp.Server.Storage;

/// <summary>Small files in the data directory, which only their owner can read and which are always complete.</summary>
static class OwnFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whether the fault is one of the file system.</summary>
    public static bool IsFileFault(this Exception fault) => fault is IOException or UnauthorizedAccessException;

    public static string? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    /// <summary>
    /// Creates the file. It is on the disk when this returns. Throws <see cref="IOException"/> if it already exists.
    /// </summary>
    public static void Create(string path, string text) => Write(path, text, replace: false);

    /// <summary>Creates the file, or replaces the existing one.</summary>
    public static void Replace(string path, string text) => Write(path, text, replace: true);

    // Written under another name until it is complete, and then renamed in one step.
    static void Write(string path, string text, bool replace)
    {
        MakeDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var unfinished = $"{path}.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}.unfinished";
        try
        {
            WriteNew(unfinished, text);
            File.Move(unfinished, path, replace);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    static void WriteNew(string path, string text)
    {
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(path, create);
        stream.Write(Encoding.ASCII.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    // If the database is on a server, the directory may not exist yet.
    static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }
}
