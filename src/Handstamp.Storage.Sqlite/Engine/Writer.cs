using System.Diagnostics;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// The one thread that writes. It takes everything in the queue, runs it as one transaction, and answers when that is
/// durable, so that one <c>fsync</c> serves many callers.
/// </summary>
sealed class Writer(SqliteFile file, Telemetry telemetry, ILogger log) : IAsyncDisposable
{
    readonly WriteQueue _queue = new();
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Thread? _thread;
    Connection? _connection;
    OpenFiles? _files;
    volatile bool _healthy;

    /// <summary>Whether the last batch was committed, into files that still exist.</summary>
    public bool IsHealthy => _healthy && _files!.AreThere;

    public void Start()
    {
        _connection = file.OpenWriter();
        _files = new OpenFiles(file, log);
        _queue.Open();
        _healthy = true;
        _thread = new Thread(Loop) { IsBackground = true, Name = "Handstamp SQLite writer" };
        _thread.Start();
    }

    /// <summary>Queues an operation of one writing statement, which is atomic by itself.</summary>
    public Task<TAnswer> RunAsync<TArgument, TAnswer>(
        TArgument argument, Func<Connection, TArgument, TAnswer> operation) =>
        _queue.Add(new Write<TArgument, TAnswer>(argument, operation, several: false));

    /// <summary>Queues an operation of several statements: all of them are kept, or none.</summary>
    public Task<TAnswer> RunAllAsync<TArgument, TAnswer>(
        TArgument argument, Func<Connection, TArgument, TAnswer> operation) =>
        _queue.Add(new Write<TArgument, TAnswer>(argument, operation, several: true));

    /// <summary>Commits the queue, copies the log into the file, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_thread is null) return;
        _queue.Close();
        await _stopped.Task;
    }

    void Loop()
    {
        var batch = new List<IWrite>(WriteQueue.BatchLimit);
        while (_queue.Take(batch, OpenFiles.Pause))
        {
            if (batch.Count > 0) Commit(batch);
            else KeepUp();
        }

        Close();
    }

    /// <summary>There is nothing to write now.</summary>
    void KeepUp()
    {
        if (_connection is null) return;
        try
        {
            _files!.Demand(_connection);
            _files.Copy(_connection);
        }
        catch (Exception fault)
        {
            Abandon(fault);
        }
    }

    void Commit(List<IWrite> batch)
    {
        long start;
        try
        {
            var database = _connection ??= Reopen();
            database.Run("BEGIN IMMEDIATE");
            foreach (var write in batch) write.Run(database);
            start = Stopwatch.GetTimestamp();
            database.Run("COMMIT");
            // Data in a file without a name is not durable.
            _files!.Demand(database);
        }
        catch (Exception fault)
        {
            // Whatever the exception is, the batch is not committed, so no caller may be told that it is.
            Abandon(fault);
            foreach (var write in batch) write.Fail(EngineFaults.Unavailable(fault));
            return;
        }

        telemetry.CommitDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
        telemetry.CommitBatch.Record(batch.Count);
        Recovered();
        foreach (var write in batch) write.Acknowledge();
        Written();
    }

    Connection Reopen()
    {
        _files!.Demand(writer: null);
        return file.OpenWriter();
    }

    void Written()
    {
        try
        {
            _files!.Written(_connection!);
        }
        catch (SqliteException fault)
        {
            Abandon(fault);
        }
    }

    void Abandon(Exception fault)
    {
        // Lost files have already been logged, with more details.
        if (_healthy && !_files!.AreLost) StorageLog.WritesFail(log, file.Path, fault);
        _healthy = false;
        // Closing rolls back, and the next batch finds out on a new connection whether the database works again.
        _connection?.Dispose();
        _connection = null;
    }

    void Recovered()
    {
        if (!_healthy) StorageLog.WritesGoOn(log, file.Path);
        _healthy = true;
    }

    void Close()
    {
        try
        {
            _files!.Demand(_connection);
            _connection?.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // Nothing is lost: the log stays beside the file, and the next start reads it.
        }
        catch (StorageUnavailableException fault)
        {
            // This must not be the last connection to close, because that would remove a log that belongs to another
            // database.
            Abandon(fault);
        }

        // This comes first: the last connection that closes removes the log, and this one must not do that.
        _files!.Dispose();
        _connection?.Dispose();
        _connection = null;
        _stopped.SetResult();
    }
}
