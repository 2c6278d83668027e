using Handstamp.Testing;
using Handstamp.Testing.Load;

namespace Handstamp.Cluster.Tests;

/// <summary>The cluster with the people who use it. One after the other, faults happen to it.</summary>
public sealed class ClusterUnderLoad : IAsyncLifetime
{
    /// <summary>The service's default, which <c>deploy/handstamp</c> leaves as it is.</summary>
    static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    const int Sessions = 600;
    const int People = 40;

    Cluster _cluster = null!;
    Fleet _fleet = null!;
    Leavers _leavers = null!;

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        _cluster = await Cluster.StartAsync(patience.Token);
        _fleet = await Fleet.LogInAsync(_cluster.Doors[0], _cluster.Doors, Sessions, s_window, seed: 1);
        using var client = new HandstampClient(_cluster.Doors[0]);
        await client.JoinAsync("bob@example.com");
        _leavers = new Leavers(_cluster.Doors, "bob@example.com", new Random(1));
    }

    internal async Task<TrialResult> BreakAsync(Func<Trial, Task> fault, TimeSpan pause, CancellationToken cancel)
    {
        await _leavers.LogInAsync(People);
        return await Trial.RunAsync(_cluster, _fleet, _leavers, fault, pause, cancel);
    }

    public ValueTask DisposeAsync()
    {
        _leavers?.Dispose();
        _fleet?.Dispose();
        _cluster?.Dispose();
        return ValueTask.CompletedTask;
    }
}
