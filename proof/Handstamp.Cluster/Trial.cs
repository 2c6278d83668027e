using System.Diagnostics;
using Handstamp.Cluster.Machines;
using Handstamp.TestBed.Load;

namespace Handstamp.Cluster;

/// <summary>One fault while plain clients refresh and others log out, until the cluster is whole again.</summary>
sealed class Trial(Cluster cluster, Tally tally, TimeSpan pause, CancellationToken cancel)
{
    const int Enough = 20;

    public Cluster Cluster => cluster;

    /// <summary>How long a machine or a node is halted.</summary>
    public Task PauseAsync() => Task.Delay(pause, cancel);

    /// <summary>Waits for refreshes that write now, whatever happened before.</summary>
    public Task WritesComeAsync()
    {
        var goal = tally.Writes.Breaks + Enough;
        return Until.TrueAsync(() => tally.Writes.Breaks >= goal, cancel);
    }

    public Task IsPrimaryAsync(DatabaseMachine database) =>
        Until.TrueAsync(() => cluster.Patroni.IsPrimaryAsync(database), cancel);

    public Task IsReadyAsync(NodeMachine node, bool ready) =>
        Until.TrueAsync(async () => await cluster.IsReadyAsync(node) == ready, cancel);

    public static async Task<TrialResult> RunAsync(
        Cluster cluster, Fleet fleet, Leavers leavers, Func<Trial, Task> fault, TimeSpan pause, CancellationToken cancel)
    {
        var tally = new Tally(int.MaxValue);
        var trial = new Trial(cluster, tally, pause, cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var clients = fleet.RunAsync(tally, enough.Token);
        await trial.WritesComeAsync();

        tally.Writes.Watch();
        var start = Stopwatch.GetTimestamp();
        var leaving = leavers.RunAsync(enough.Token, cancel);
        await fault(trial);
        await cluster.WholeAsync(cancel);
        await trial.WritesComeAsync();
        var (gap, took) = (tally.Writes.Longest, Stopwatch.GetElapsedTime(start));

        await enough.CancelAsync();
        await Task.WhenAll(clients, leaving);
        var lost = await FindLostAsync(cluster, fleet);
        await fleet.ConfirmAsync(tally, cancel);
        await leavers.ConfirmAsync(cancel);
        return new TrialResult(tally, gap, took, lost, leavers.Take());
    }

    /// <summary>Acknowledged generations that the database does not have.</summary>
    static async Task<IReadOnlyList<string>> FindLostAsync(Cluster cluster, Fleet fleet)
    {
        var stored = await cluster.ReadGenerationsAsync();
        return [.. fleet.Clients
            .Where(client => stored.GetValueOrDefault(client.SessionId) < client.Generation)
            .Select(client => $"session {client.SessionId}: {client.Generation} acknowledged, {stored.GetValueOrDefault(client.SessionId)} stored")];
    }
}

/// <summary>What the clients met.</summary>
/// <param name="Tally">Since shortly before the fault.</param>
/// <param name="Gap">The longest time without a written refresh.</param>
/// <param name="Took">From the fault until the cluster was whole and wrote again.</param>
/// <param name="Lost">Acknowledged generations that the database does not have.</param>
/// <param name="Left">The sessions that were ended meanwhile.</param>
sealed record TrialResult(Tally Tally, TimeSpan Gap, TimeSpan Took, IReadOnlyList<string> Lost, Left Left)
{
    /// <summary>The promises that were broken.</summary>
    public IEnumerable<string> Complaints => [.. Tally.DefinitiveRefusals, .. Lost, .. Left.LetIn];

    public override string ToString() =>
        $"without writes {Gap.TotalSeconds:0.0} s, whole after {Took.TotalSeconds:0} s; {Tally.Refreshes} refreshes, {Tally.Writes.Breaks} of them written, " +
        $"{Tally.Attempts} attempts, {Tally.Unanswered} without an answer, refused for now: " +
        $"{string.Join(", ", Tally.TransientRefusals.Select(refusal => $"{refusal.Key} {refusal.Value}"))}; {Left.Ended} sessions ended";
}
