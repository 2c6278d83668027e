using System.Runtime.InteropServices;
using Handstamp.Server.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>Tells the operator why the database did not open, and what to do.</summary>
static partial class StartFaults
{
    public static StorageStartException Explain(Exception fault, string path) => new(fault switch
    {
        SqliteException failed => Explain(failed, path),
        UnauthorizedAccessException => NotPermitted(path),
        _ => $"Cannot create {path}: {fault.Message}",
    }, fault);

    public static StorageStartException Damaged(string path, string finding) => new(
        $"{path} is damaged: {finding.ReplaceLineEndings(" ").TrimEnd('.')}. Keep a copy of it and of the -wal file beside it, " +
        "then restore a backup.");

    public static StorageStartException NoWriteAheadLog(string path) => new(
        $"{path} is on a file system without shared memory, such as a network drive. Put it on a local disk.");

    static string Explain(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB =>
            $"{path} is not a SQLite database, or its beginning was overwritten. Use another file or restore a backup.",
        raw.SQLITE_CORRUPT => Damaged(path, fault.Message).Message,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            $"{path} is locked by another process. Find it with `fuser {path}`, and stop it or wait for it.",
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_READONLY or raw.SQLITE_AUTH => NotPermitted(path),
        _ when IsFull(fault) => $"Cannot write {path}: the disk is full. Free some space and start again.",
        _ => $"Cannot use {path}: {fault.Message}",
    };

    // A full disk is first noticed by the -shm file, if the service was stopped: SQLite writes a byte into each of its new pages.
    static bool IsFull(SqliteException fault) =>
        fault.SqliteErrorCode == raw.SQLITE_FULL || fault.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE;

    static string NotPermitted(string path) =>
        $"Cannot open {path} for writing. Give the user {User} write permission for the file, the -wal and -shm files " +
        "beside it, and the directory.";

    // A container may run as a user without a name.
    static string User => Environment.UserName is { Length: > 0 } name ? name : $"with the id {UserId()}";

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint UserId();
}
