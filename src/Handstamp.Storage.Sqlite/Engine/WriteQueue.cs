using Handstamp.Server.Http;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>The queue of writes, for the one thread that takes them.</summary>
sealed class WriteQueue
{
    public const int BatchLimit = 1024;

    const int Limit = 4096;

    readonly object _gate = new();
    readonly Queue<IWrite> _waiting = new();
    bool _open;

    public void Open() => _open = true;

    /// <summary>Waiting writes are still taken, but no new ones.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _open = false;
            Monitor.Pulse(_gate);
        }
    }

    public Task<TAnswer> Add<TArgument, TAnswer>(Write<TArgument, TAnswer> write)
    {
        lock (_gate)
        {
            if (!_open || _waiting.Count == Limit) return Refuse<TAnswer>(_open);
            _waiting.Enqueue(write);
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
        }

        return write.Task;
    }

    /// <summary>Waits for writes, and returns without any after a pause. False if no more will come.</summary>
    public bool Take(List<IWrite> batch, TimeSpan pause)
    {
        batch.Clear();
        lock (_gate)
        {
            if (_waiting.Count == 0 && _open) Monitor.Wait(_gate, pause);
            while (batch.Count < BatchLimit && _waiting.TryDequeue(out var write)) batch.Add(write);
            return _open || batch.Count > 0;
        }
    }

    static Task<TAnswer> Refuse<TAnswer>(bool open) => Task.FromException<TAnswer>(
        new StorageUnavailableException(open ? "Too many writes wait already." : "The database is closed."));
}
