using Handstamp.Server.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// The database, its log and the log's index while they are open. A file that was deleted or replaced takes writes as
/// before, and is gone with the process: so it is looked for at every commit, and the log is copied into the database
/// when nothing else is to be done, and every minute.
/// </summary>
sealed class OpenFiles : IDisposable
{
    /// <summary>How long nothing is written before the log is copied.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    readonly SqliteFile _file;
    readonly ILogger _log;
    readonly TimeProvider _clock = TimeProvider.System;

    // SQLite removes the log and its index with the last connection. While this one is open they stay the same files.
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

    /// <summary>Whether the files were once seen to be others. That stays so until the service is started again.</summary>
    public bool AreLost { get; private set; }

    /// <summary>Whether the paths lead to the files that are open.</summary>
    public bool AreThere =>
        FileIdentity.Of(_file.Path) == _database
        && FileIdentity.Of(LogPath) == _writeAheadLog
        && FileIdentity.Of(IndexPath) == _index;

    // Kept: they are looked at in each commit.
    string LogPath { get; }

    string IndexPath { get; }

    /// <summary>Throws when what is written would be lost. What was written before is saved first, if it can be.</summary>
    public void Demand(Connection? writer)
    {
        if (!AreLost && AreThere) return;
        if (!AreLost) Lose(writer);
        throw new StorageUnavailableException(
            $"{_file.Path}, its -wal or its -shm was deleted or replaced while the service runs.");
    }

    /// <summary>The log has grown. Copies it, if it was left for long enough.</summary>
    public void Written(Connection writer)
    {
        _uncopiedSince ??= _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_uncopiedSince.Value) >= Longest) Copy(writer);
    }

    /// <summary>Copies what the log holds into the database, as far as no reader is in the way.</summary>
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

    // The open log still has what was acknowledged. Not into a database that another log may have been written for.
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

    // The answer: whether it was kept from it, the pages in the log, and how many of them are copied.
    static bool IsCopied(Connection writer, string checkpoint)
    {
        using var answer = writer.Use(checkpoint);
        return answer.Step() && answer.Int32(0) == 0 && answer.Int32(1) == answer.Int32(2);
    }
}
