using Handstamp.Server.Http;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>What waits to be written, for the one thread that takes it.</summary>
sealed class WriteQueue
{
    public const int BatchLimit = 1024;

    const int Limit = 4096;

    readonly object _gate = new();
    readonly Queue<IWrite> _waiting = new();
    bool _open;

    public void Open() => _open = true;

    /// <summary>What waits is still taken, and nothing more.</summary>
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

    /// <summary>Waits for writes, and takes none after a pause; false when there will be none any more.</summary>
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
