using Handstamp.Server.Storage;

namespace Handstamp.Server.Tests.Keys;

/// <summary>Counts how often the other nodes hear of a change of the ring.</summary>
sealed class Signals : INodes
{
    int _ofKeys;

    public int OfKeys => Volatile.Read(ref _ofKeys);

    public void Publish(Signal signal)
    {
        if (signal == Signal.Keys) Interlocked.Increment(ref _ofKeys);
    }

    public Task NextAsync(Signal signal) => Task.Delay(Timeout.Infinite);

    public Task<bool> TryLeadAsync(CancellationToken cancel) => Task.FromResult(true);
}
