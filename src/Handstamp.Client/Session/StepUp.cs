namespace Handstamp.Client.Session;

/// <summary>Asks the person to authenticate again, once for all requests that need it.</summary>
sealed class StepUp(Func<StepUpDemand, Task> ask)
{
    readonly Lock _gate = new();
    Task? _asking;
    int _times;

    /// <summary>How often the person has authenticated again.</summary>
    public int Times => Volatile.Read(ref _times);

    /// <summary>
    /// Asks, unless the person has authenticated since <paramref name="before"/>. Fails as the app's callback does.
    /// </summary>
    public Task AskAsync(StepUpDemand demand, int before, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_times != before) return Task.CompletedTask;
            if (_asking is null or { IsCompleted: true })
                _asking = Task.Run(() => AskOnceAsync(demand), CancellationToken.None);
            return _asking.WaitAsync(cancel);
        }
    }

    async Task AskOnceAsync(StepUpDemand demand)
    {
        await ask(demand).ConfigureAwait(false);
        lock (_gate) _times++;
    }
}
