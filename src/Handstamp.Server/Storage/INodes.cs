namespace Handstamp.Server.Storage;

/// <summary>
/// What the nodes on one database tell each other. Nothing depends on it: a call may get lost, so every node looks by
/// itself, too.
/// </summary>
interface INodes
{
    /// <summary>Tells the others, soon, that there is something to read.</summary>
    void Call(News news);

    /// <summary>Completes at the next call of another node.</summary>
    Task HearAsync(News news);

    /// <summary>
    /// Whether this node is the one that cleans up. Of those that ask one is, until it ends; then another one.
    /// </summary>
    Task<bool> TryLeadAsync(CancellationToken cancel);
}

/// <summary>What there may be to read.</summary>
enum News { Revocations, Keys }

static class NodesExtensions
{
    /// <summary>Looks now, after each call, and every <paramref name="poll"/> because a call may get lost.</summary>
    public static async Task WatchAsync(
        this INodes nodes, News news, TimeSpan poll, TimeProvider clock, Func<CancellationToken, Task> look, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            // Before the look, so that nothing slips between.
            var heard = nodes.HearAsync(news);
            await look(cancel);
            await heard.WaitAsync(poll, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>Alone on its database, or with others on the same machine, who find what it writes when they look.</summary>
sealed class LoneNode : INodes
{
    static readonly Task Silence = new TaskCompletionSource().Task;

    public void Call(News news)
    {
    }

    public Task HearAsync(News news) => Silence;

    public Task<bool> TryLeadAsync(CancellationToken cancel) => Task.FromResult(true);
}
