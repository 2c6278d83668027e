using Handstamp.TestBed.Load;

namespace Handstamp.Cluster;

/// <summary>The cluster with the people who use it. One after the other, faults happen to it.</summary>
public sealed class ClusterUnderLoad : IAsyncLifetime
{
    const int People = 40;

    // Far beyond what is normal: what takes so long does not come.
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    readonly int _sessions;
    readonly TimeSpan _pause;
    Cluster _cluster = null!;
    Fleet _fleet = null!;
    Leavers _leavers = null!;
    bool _isWhole;

    /// <summary>For the suite.</summary>
    public ClusterUnderLoad() : this(sessions: 300, pause: TimeSpan.FromSeconds(10))
    {
    }

    /// <param name="sessions">As many plain clients refresh.</param>
    /// <param name="pause">How long a machine is halted; and, since it may hold a message for so long, the retry window.</param>
    internal ClusterUnderLoad(int sessions, TimeSpan pause) => (_sessions, _pause) = (sessions, pause);

    public async ValueTask InitializeAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        _cluster = await Cluster.StartAsync(_pause, timeout.Token);
        _fleet = await Fleet.LogInAsync(_cluster.Doors[0], _cluster.Doors, _sessions, _pause, seed: 1);
        _leavers = await Leavers.RegisterAsync(_cluster.Doors);
        _isWhole = true;
    }

    internal async Task<TrialResult> BreakAsync(Func<Trial, Task> fault, CancellationToken cancel)
    {
        if (!_isWhole) throw new InvalidOperationException("The cluster has not recovered from the fault before.");
        _isWhole = false;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(Timeout);
        await _leavers.LogInAsync(People);
        var result = await Trial.RunAsync(_cluster, _fleet, _leavers, fault, _pause, timeout.Token);
        _isWhole = true;
        return result;
    }

    public ValueTask DisposeAsync()
    {
        _leavers?.Dispose();
        _fleet?.Dispose();
        _cluster?.Dispose();
        return ValueTask.CompletedTask;
    }
}
