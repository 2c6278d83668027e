using Handstamp.Server.Http;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Lets in as many operations as there are connections. Others wait for a moment, as long as there are not too many: if
/// the database is unavailable, they get an answer at once, and nobody waits forever.
/// </summary>
sealed class Gate(int connections, TimeSpan timeout, TimeProvider clock) : IDisposable
{
    const int MaxWaiting = 1000;

    readonly SemaphoreSlim _free = new(connections);
    int _waiting;

    public ValueTask EnterAsync() => _free.Wait(0) ? ValueTask.CompletedTask : WaitAsync();

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();

    async ValueTask WaitAsync()
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting) throw Busy();
            using var waiting = new CancellationTokenSource(timeout, clock);
            await _free.WaitAsync(waiting.Token);
        }
        catch (OperationCanceledException)
        {
            throw Busy();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    static StorageUnavailableException Busy() => new("All connections to the database are in use.");
}
