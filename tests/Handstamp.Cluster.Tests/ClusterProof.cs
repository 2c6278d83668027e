using System.CommandLine;
using Handstamp.Proof.Tests.Long;

namespace Handstamp.Cluster.Tests;

/// <summary>The long form of <see cref="ClusterTests"/>.</summary>
static class ClusterProof
{
    public static RootCommand Command()
    {
        var (rounds, pause) = (Bound.Of("--rounds", 3), Bound.Of("--pause", 30));
        var command = new RootCommand("cluster: breaks three nodes and PostgreSQL under Patroni in all kinds of ways.") { rounds, pause };
        command.SetAction(async (given, cancel) => await RunAsync(given.GetValue(rounds), given.GetValue(pause), cancel));
        return command;
    }

    static async Task<int> RunAsync(int rounds, int pause, CancellationToken cancel)
    {
        await using var cluster = new ClusterUnderLoad(600, TimeSpan.FromSeconds(pause));
        await cluster.InitializeAsync();
        var results = new List<(string Fault, TrialResult Result)>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, fault) in Faults.All)
            {
                var result = await cluster.BreakAsync(fault, cancel);
                Console.WriteLine($"{name}: {result}");
                results.Add((name, result));
            }
        }
        return Report(results, rounds, pause);
    }

    static int Report(IReadOnlyList<(string Fault, TrialResult Result)> results, int rounds, int pause) => 0;
}
