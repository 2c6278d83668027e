namespace Handstamp.Cluster;

/// <summary>Waits for an event that is sure to happen, however long it takes. The run as a whole has a time limit.</summary>
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
