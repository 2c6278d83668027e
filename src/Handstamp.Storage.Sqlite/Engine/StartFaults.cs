using Handstamp.Server.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>Tells the operator why the database did not open, and what to do.</summary>
static class StartFaults
{
    public static StorageStartException Explain(Exception fault, string path) => new(fault switch
    {
        SqliteException failed => Explain(failed, path),
        UnauthorizedAccessException => NotPermitted(path),
        _ => $"Cannot create {path}: {fault.Message}",
    }, fault);

    public static StorageStartException Damaged(string path, string finding) => new(
        $"{path} is damaged: {finding.ReplaceLineEndings(" ")}. Keep a copy of it and of the -wal file beside it, " +
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
        raw.SQLITE_FULL => $"Cannot write {path}: the disk is full. Free some space and start again.",
        _ => $"Cannot use {path}: {fault.Message}",
    };

    static string NotPermitted(string path) =>
        $"Cannot open {path} for writing. Give this user write permission for the file, the -wal and -shm files " +
        "beside it, and the directory.";
}
