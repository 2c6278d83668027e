using Handstamp.Server.Storage;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>The identity of the file at a path: another file under the same name has another identity.</summary>
readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    /// <summary>Null if there is no file. If the system has no statx(2), all files have the same identity.</summary>
    public static FileIdentity? Of(string path) =>
        FileStatus.Of(path) is { } status ? new(status.Device, status.Inode)
        : File.Exists(path) ? default(FileIdentity)
        : null;
}
