using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Client.Session;

/// <summary>
/// Lets one operation run at a time in this process. After it was closed, no operation begins, and waiting callers get
/// an exception.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Callers may still wait for the semaphore, so it cannot be disposed of, and it holds only memory.")]
sealed class Turn
{
    readonly SemaphoreSlim _free = new(1);
    readonly CancellationTokenSource _closed = new();

    /// <summary>Waits for its turn and does the work.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closed.Token);
        await WaitAsync(_free.WaitAsync(either.Token), cancel).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for this time, out of turn.</summary>
    public Task PauseAsync(TimeSpan time, TimeProvider clock) =>
        WaitAsync(Task.Delay(time, clock, _closed.Token), CancellationToken.None);

    public void Close() => _closed.Cancel();

    async Task WaitAsync(Task wait, CancellationToken cancel)
    {
        try
        {
            await wait.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(HandstampClient));
        }
    }
}
