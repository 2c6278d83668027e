using System.Collections.Concurrent;
using Handstamp.Server.Http;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// Connections that only read. They see what was committed and wait for nobody, because the write-ahead log separates
/// them from the writer. A read by key takes a few microseconds in the page cache, less than handing it to another
/// thread, so it runs on its caller's thread.
/// </summary>
sealed class Readers(SqliteFile file) : IDisposable
{
    // As many connections are kept as can run at the same time; an additional one is closed after its read.
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
            // After a failure, a new connection shows whether the database works again.
            if (answered && _idle.Count < Kept) _idle.Add(connection);
            else connection.Dispose();
            if (!_open) CloseIdle();
        }
    }
}
