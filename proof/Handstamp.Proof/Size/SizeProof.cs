using System.CommandLine;
using Handstamp.Proof.Long;
using Handstamp.Rig.Report;
using Handstamp.TestBed;

namespace Handstamp.Proof.Size;

/// <summary>The long form of <see cref="SizeTests"/>.</summary>
static class SizeProof
{
    const int Small = 10_000;
    const int Large = 1_000_000;
    const int Largest = 10_000_000;
    const int Rounds = 7;
    const double Budget = 1.25;

    public static Command Command()
    {
        var refreshes = Bound.Of("--refreshes", 10_000_000);
        var command = new Command("size", "Ten million refreshes of a million sessions; the cost at 10 thousand, 1 and 10 million.") { refreshes };
        command.SetAction((given, _) => RunAsync(given.GetValue(refreshes)));
        return command;
    }

    static async Task<int> RunAsync(int refreshes)
    {
        // Use the repository's disk: on other disks, an fsync may cost nothing.
        var folder = Directory.CreateDirectory(Path.Combine(Repository.PathOf("artifacts"), $"size-{Guid.NewGuid():N}"));
        List<SizeRun> runs = [];
        try
        {
            List<Population> populations = [];
            foreach (var sessions in (int[])[Small, Large, Largest])
                populations.Add(await Population.FoundAsync(Path.Combine(folder.FullName, $"{sessions}"), sessions));
            runs.AddRange(populations.Select(people => new SizeRun(people)));
            // The sizes take turns: if the machine gets slower meanwhile, it does so for all of them.
            var ratio = SizeRun.Median(Enumerable.Range(0, Rounds).Select(_ => Compare(runs)));
            runs[1].Refresh(refreshes);
            return Report([.. runs.Select(run => run.Result())], ratio, refreshes);
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
            folder.Delete(recursive: true);
        }
    }

    static double Compare(List<SizeRun> runs)
    {
        var cpu = runs.Select(run => run.RefreshForAWhile().Cpu).ToList();
        return cpu[^1] / cpu[0];
    }

    static int Report(IReadOnlyList<SizeResult> results, double ratio, int refreshes)
    {
        var largest = results[^1];
        return new Report("size", "Nothing grows with the refreshes, and little with the sessions")
            .Say("The sessions are put directly into the database, as logins would leave them (a browser's user agent, UUIDv7 ids, four sessions " +
                "to an account, in random order). 32 callers refresh sessions drawn at random; each refresh rotates and is " +
                "durable. The file is in the operating system's memory. Load generator and service share the machine: the processor " +
                "time is the figure to trust.")
            .Table(
                ["sessions", "refreshes", "rows added", "file before", "file after", "bytes per session", "CPU per refresh", "p50", "p99", "written per refresh", "memory"],
                results.Select(Row))
            .Say($"Per refresh, {Largest:N0} sessions cost {Format.Number(ratio)} of the processor time of {Small:N0} (budget: " +
                $"{Budget}): the median of {Rounds} rounds in which the sizes take turns. A session takes " +
                $"{largest.BytesOfSession:N0} bytes, indexes included (budget: 400).")
            .Save(results.All(result => result.RowsAdded == 0) && ratio <= Budget && results.All(result => result.BytesOfSession <= 400),
                $"size --refreshes {refreshes}");
    }

    static object[] Row(SizeResult result) =>
    [
        $"{result.Sessions:N0}", $"{result.Refreshes:N0}", result.RowsAdded, Megabytes(result.BytesBefore),
        Megabytes(result.BytesAfter), $"{result.BytesOfSession:N0}", $"{Format.Number(result.Chunk.Cpu.TotalMicroseconds)} µs",
        $"{Format.Number(result.Chunk.P50.TotalMilliseconds)} ms", $"{Format.Number(result.Chunk.P99.TotalMilliseconds)} ms", $"{result.Chunk.Written:N0} B",
        $"{result.Megabytes:N0} MB",
    ];

    static string Megabytes(long bytes) => $"{Format.Number(bytes / 1e6)} MB";
}
