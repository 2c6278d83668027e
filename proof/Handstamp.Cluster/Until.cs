namespace Handstamp.Cluster;

/// <summary>Waits for what is sure to come, however long that takes; the run as a whole is bounded.</summary>
static class Until
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Task TrueAsync(Func<bool> condition, CancellationToken cancel) =>
        TrueAsync(() => Task.FromResult(condition()), cancel);

    public static async Task TrueAsync(Func<Task<bool>> condition, CancellationToken cancel)
    {
        while (!await condition()) await Task.Delay(Pause, cancel);
    }
}
