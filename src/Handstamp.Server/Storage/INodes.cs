namespace Handstamp.Server.Storage;

/// <summary>
/// The other nodes on this database. Signals only save time: one may get lost, so every node also polls.
/// </summary>
interface INodes
{
    /// <summary>Tells the other nodes soon that there is something to read.</summary>
    void Publish(Signal signal);

    /// <summary>Completes at the next signal of another node.</summary>
    Task NextAsync(Signal signal);

    /// <summary>
    /// Whether this node is the one that cleans up. One of the nodes that ask is, until it stops. Then another one
    /// takes over.
    /// </summary>
    Task<bool> TryLeadAsync(CancellationToken cancel);
}

/// <summary>The kinds of changes to read.</summary>
enum Signal { Revocations, Keys, Outbox }

static class NodesExtensions
{
    /// <summary>Cleans up every <paramref name="interval"/>, on one of the nodes.</summary>
    public static async Task CleanUpAsync(
        this INodes nodes, TimeSpan interval, TimeProvider clock, Func<CancellationToken, Task> cleanUp, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(cancel))
            if (await nodes.TryLeadAsync(cancel)) await cleanUp(cancel);
    }

    /// <summary>
    /// Looks now, after each signal, and every <paramref name="poll"/>, because a signal may get lost.
    /// </summary>
    public static async Task WatchAsync(
        this INodes nodes, Signal signal, TimeSpan poll, TimeProvider clock, Func<CancellationToken, Task> look,
        CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            // Requested before the look, so that no signal is missed in between.
            var next = nodes.NextAsync(signal);
            await look(cancel);
            await next.WaitAsync(poll, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>
/// The only node on its database. Commands, and a second process on the same machine, find its changes by polling.
/// </summary>
sealed class SingleNode : INodes
{
    static readonly Task Never = new TaskCompletionSource().Task;

    public void Publish(Signal signal)
    {
    }

    public Task NextAsync(Signal signal) => Never;

    public Task<bool> TryLeadAsync(CancellationToken cancel) => Task.FromResult(true);
}
