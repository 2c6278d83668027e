using Handstamp.TestBed.Load;

namespace Handstamp.Cluster;

/// <summary>The cluster and the people who use it. Faults happen to it one after another.</summary>
public sealed class ClusterUnderLoad : IAsyncLifetime
{
    const int People = 40;

    // Far longer than normal: an event that takes longer never happens.
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

    /// <param name="sessions">The number of plain clients that refresh.</param>
    /// <param name="pause">
    /// How long a machine is halted. It is also the retry window, since a halted machine may delay a message for that
    /// long.
    /// </param>
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
