using System.CommandLine;
using Handstamp.Proof.Long;

namespace Handstamp.Cluster;

/// <summary>The long form of <see cref="ClusterTests"/>.</summary>
static class ClusterProof
{
    public static RootCommand Command()
    {
        var (rounds, sessions, pause) = (Bound.Of("--rounds", 2), Bound.Of("--sessions", 1000), Bound.Of("--pause", 30));
        var command = new RootCommand("cluster: breaks three nodes and PostgreSQL under Patroni in many ways.") { rounds, sessions, pause };
        command.SetAction(async (given, cancel) =>
            await RunAsync(given.GetValue(rounds), given.GetValue(sessions), given.GetValue(pause), cancel));
        return command;
    }

    static async Task<int> RunAsync(int rounds, int sessions, int pause, CancellationToken cancel)
    {
        await using var cluster = new ClusterUnderLoad(sessions, TimeSpan.FromSeconds(pause));
        await cluster.InitializeAsync();
        var results = new List<(string Fault, TrialResult Result)>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, fault) in Faults.All)
            {
                var result = await cluster.BreakAsync(fault, cancel);
                Console.WriteLine($"{round}. {name}: {result}");
                results.Add((name, result));
            }
        }
        return Report(results, rounds, sessions, pause);
    }

    static int Report(IReadOnlyList<(string Fault, TrialResult Result)> all, int rounds, int sessions, int pause)
    {
        var report = new Report("cluster", "A cluster that breaks logs nobody out")
            .Say("Three nodes, two machines with PostgreSQL under Patroni, a synchronous standby, and etcd run in network " +
                "namespaces of one machine, with the files of [deploy](../../deploy/README.md). " +
                $"{sessions} plain clients, each with its own session, refresh at any of the nodes, abandon an attempt after " +
                $"{pause / 3} s, and try again with the token they have. Meanwhile, other people log out, and try to use the " +
                $"session again. The retry window is {pause} s. Each fault happens {rounds} times; a trial ends when the cluster is " +
                "complete again and writes. Then each client sends its newest token once more, and the database is checked " +
                "for every generation that a client had received.")
            .Say($"**{all.Sum(one => one.Result.Tally.DefinitiveRefusals.Count)} definitive refusals** (false logouts) in " +
                $"{all.Sum(one => one.Result.Tally.Refreshes):N0} refreshes, of which {all.Sum(one => one.Result.Tally.Writes.Breaks):N0} were written; " +
                $"{all.Sum(one => one.Result.Lost.Count)} acknowledged generations missing in the database; " +
                $"{all.Sum(one => one.Result.Left.LetIn.Count)} of {all.Sum(one => one.Result.Left.Ended)} ended sessions accepted again.")
            .Table(["fault", "longest time without a write, s", "complete again after, s", "refreshes", "answered 503", "without an answer", "sessions ended meanwhile"],
                all.GroupBy(one => one.Fault).Select(Row))
            .Say("Without a write: no client got a new token. The range covers the rounds; the other columns are sums. " +
                "All disks are in memory, so the proof covers the failure of processes and machines, not of disks.");
        var complaints = all.SelectMany(one => one.Result.Complaints).ToList();
        foreach (var complaint in complaints) report.Say($"- {complaint}");
        return report.Save(complaints.Count == 0, $"cluster --rounds {rounds} --sessions {sessions} --pause {pause}");
    }

    static object[] Row(IGrouping<string, (string Fault, TrialResult Result)> trials)
    {
        var results = trials.Select(trial => trial.Result).ToList();
        return
        [
            trials.Key,
            $"{results.Min(one => one.Gap.TotalSeconds):0.0} to {results.Max(one => one.Gap.TotalSeconds):0.0}",
            $"{results.Min(one => one.Took.TotalSeconds):0} to {results.Max(one => one.Took.TotalSeconds):0}",
            results.Sum(one => one.Tally.Refreshes), results.Sum(one => one.Tally.TransientRefusals.Values.Sum()),
            results.Sum(one => one.Tally.Unanswered), results.Sum(one => one.Left.Ended),
        ];
    }
}
