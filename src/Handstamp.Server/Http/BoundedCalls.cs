namespace Handstamp.Server.Http;

/// <summary>
/// Calls to another system: at most <paramref name="most"/> at a time, and nobody waits for one longer than
/// <paramref name="timeout"/>, whatever the other system does. A call that goes on after that still has its place.
/// </summary>
sealed class BoundedCalls(int most, TimeSpan timeout, TimeProvider clock) : IDisposable
{
    readonly SemaphoreSlim _places = new(most);

    /// <summary>Throws <see cref="CallFailedException"/> if there is no place, or the time is over.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            throw new CallFailedException($"{most} requests to it are under way already");
        using var late = new CancellationTokenSource(timeout, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await InPlaceAsync(call, ends.Token).WaitAsync(ends.Token);
        }
        catch (OperationCanceledException fault) when (late.IsCancellationRequested)
        {
            throw new CallFailedException($"it did not answer within {timeout.TotalSeconds} seconds", fault);
        }
    }

    public void Dispose() => _places.Dispose();

    async Task<T> InPlaceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call(cancel);
        }
        finally
        {
            _places.Release();
        }
    }
}
