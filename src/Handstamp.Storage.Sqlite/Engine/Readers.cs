using System.Collections.Concurrent;
using Handstamp.Server.Http;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// Connections that only read. They see what was committed and wait for nobody: the write-ahead log keeps the writer
/// out of their way. A read by key is a few microseconds in the page cache, less than handing it to another thread, so
/// it runs on its caller's.
/// </summary>
sealed class Readers(SqliteFile file) : IDisposable
{
    // As many as can run at once; one that comes on top is closed after its read.
    static readonly int Kept = Environment.ProcessorCount;

    readonly ConcurrentBag<Connection> _idle = [];
    volatile bool _open;

    public void Start() => _open = true;

    public Task<TAnswer> ReadAsync<TArgument, TAnswer>(
        TArgument argument, Func<Connection, TArgument, TAnswer> query, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return Task.FromCanceled<TAnswer>(cancel);
        if (!_open) return Task.FromException<TAnswer>(new StorageUnavailableException("The database is closed."));
        try
        {
            return Task.FromResult(Read(argument, query));
        }
        catch (Exception fault) when (fault.IsEngineFault())
        {
            return Task.FromException<TAnswer>(EngineFaults.Unavailable(fault));
        }
    }

    public void Dispose()
    {
        _open = false;
        CloseIdle();
    }

    void CloseIdle()
    {
        while (_idle.TryTake(out var connection)) connection.Dispose();
    }

    TAnswer Read<TArgument, TAnswer>(TArgument argument, Func<Connection, TArgument, TAnswer> query)
    {
        if (!_idle.TryTake(out var connection)) connection = file.OpenReader();
        var answered = false;
        try
        {
            var answer = query(connection, argument);
            answered = true;
            return answer;
        }
        finally
        {
            // After a failure a new connection finds out whether the database is well again.
            if (answered && _idle.Count < Kept) _idle.Add(connection);
            else connection.Dispose();
            if (!_open) CloseIdle();
        }
    }
}
