using Handstamp.Server.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// The database, its log and the log's index while they are open. A file that was deleted or replaced still accepts
/// writes, and is gone with the process. So its existence is checked at every commit, and the log is copied into the
/// database when there is nothing else to do, and every minute.
/// </summary>
sealed class OpenFiles : IDisposable
{
    /// <summary>The time without a write after which the log is copied.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    readonly SqliteFile _file;
    readonly ILogger _log;
    readonly TimeProvider _clock = TimeProvider.System;

    // SQLite removes the log and its index when the last connection closes. While this connection is open, they stay
    // the same files.
    readonly Connection _connection;
    readonly FileIdentity? _database;
    readonly FileIdentity? _writeAheadLog;
    readonly FileIdentity? _index;
    long? _uncopiedSince;

    public OpenFiles(SqliteFile file, ILogger log)
    {
        (_file, _log) = (file, log);
        (LogPath, IndexPath) = (file.Path + "-wal", file.Path + "-shm");
        _connection = file.OpenReader();
        _database = FileIdentity.Of(file.Path);
        _writeAheadLog = FileIdentity.Of(LogPath);
        _index = FileIdentity.Of(IndexPath);
    }

    /// <summary>
    /// Whether the files were once found to be different. This stays true until the service is restarted.
    /// </summary>
    public bool AreLost { get; private set; }

    /// <summary>Whether the paths lead to the open files.</summary>
    public bool AreThere =>
        FileIdentity.Of(_file.Path) == _database
        && FileIdentity.Of(LogPath) == _writeAheadLog
        && FileIdentity.Of(IndexPath) == _index;

    // Kept in fields, because each commit checks them.
    string LogPath { get; }

    string IndexPath { get; }

    /// <summary>Throws if what is written would be lost. What was written before is saved first, if possible.</summary>
    public void Demand(Connection? writer)
    {
        if (!AreLost && AreThere) return;
        if (!AreLost) Lose(writer);
        throw new StorageUnavailableException(
            $"{_file.Path}, its -wal or its -shm was deleted or replaced while the service runs.");
    }

    /// <summary>The log has grown. Copies it if the last copy is old enough.</summary>
    public void Written(Connection writer)
    {
        _uncopiedSince ??= _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_uncopiedSince.Value) >= Longest) Copy(writer);
    }

    /// <summary>Copies the contents of the log into the database, as far as no reader prevents it.</summary>
    public void Copy(Connection writer)
    {
        if (_uncopiedSince is null) return;
        _uncopiedSince = IsCopied(writer, "PRAGMA wal_checkpoint(PASSIVE)") ? null : _clock.GetTimestamp();
    }

    public void Dispose() => _connection.Dispose();

    void Lose(Connection? writer)
    {
        AreLost = true;
        if (IsSaved(writer)) WriterLog.FilesLost(_log, _file.Path);
        else WriterLog.DataLost(_log, _file.Path, Environment.ProcessId);
    }

    // The open log still has what was acknowledged. It is not copied into a database that another log may belong to.
    bool IsSaved(Connection? writer)
    {
        if (writer is null || FileIdentity.Of(_file.Path) != _database || IsAnothersLog()) return false;
        try
        {
            return IsCopied(writer, "PRAGMA wal_checkpoint(FULL)");
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    bool IsAnothersLog() =>
        FileIdentity.Of(LogPath) != _writeAheadLog && new FileInfo(LogPath) is { Exists: true, Length: > 0 };

    // The answer: whether a reader prevented it, the pages in the log, and how many of them are copied.
    static bool IsCopied(Connection writer, string checkpoint)
    {
        using var answer = writer.Use(checkpoint);
        return answer.Step() && answer.Int32(0) == 0 && answer.Int32(1) == answer.Int32(2);
    }
}
