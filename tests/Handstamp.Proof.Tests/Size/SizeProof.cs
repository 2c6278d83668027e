using System.CommandLine;
using Handstamp.Proof.Tests.Long;
using Handstamp.Rig.Report;
using Handstamp.Testing;

namespace Handstamp.Proof.Tests.Size;

/// <summary>The long form of <see cref="SizeTests"/>.</summary>
static class SizeProof
{
    const int Small = 10_000;
    const int Large = 1_000_000;
    const int Largest = 10_000_000;

    public static Command Command()
    {
        var refreshes = Bound.Of("--refreshes", 10_000_000);
        var command = new Command("size", "Ten million refreshes of a million sessions; the cost at 10 thousand, 1 and 10 million.") { refreshes };
        command.SetAction((given, _) => RunAsync(given.GetValue(refreshes)));
        return command;
    }

    static async Task<int> RunAsync(int refreshes)
    {
        // On the repository's disk: elsewhere an fsync may cost nothing.
        var folder = Directory.CreateDirectory(Path.Combine(Repository.PathOf("artifacts"), $"size-{Guid.NewGuid():N}"));
        try
        {
            var run = new SizeRun(folder.FullName);
            await run.FoundAsync();
            return Report([run.Run(Small, refreshes / 20), run.Run(Large, refreshes), run.Run(Largest, refreshes / 20)], refreshes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static int Report(IReadOnlyList<SizeResult> results, int refreshes)
    {
        var (small, largest) = (results[0], results[^1]);
        var ratio = largest.Cpu / small.Cpu;
        return new Report("size", "Nothing grows with the refreshes, and little with the sessions")
            .Say("Sessions are put into the database as logins leave them (a browser's user agent, UUIDv7 ids, four sessions " +
                "to an account, in random order). 32 callers refresh sessions drawn at random; each refresh rotates and is " +
                "durable. Load generator and service share the machine: the processor time is the figure to trust.")
            .Table(
                ["sessions", "refreshes", "rows added", "file before", "file after", "bytes a session", "CPU a refresh", "p50", "p99", "written a refresh", "memory"],
                results.Select(Row))
            .Say($"Per refresh, {Largest:N0} sessions cost {Format.Number(ratio)} of the processor time of {Small:N0} (budget: 1.25). A session " +
                $"takes {largest.BytesOfSession:N0} bytes, indexes included (budget: 400).")
            .Save(results.All(result => result.RowsAdded == 0) && ratio <= 1.25 && results.All(result => result.BytesOfSession <= 400),
                $"size --refreshes {refreshes}");
    }

    static object[] Row(SizeResult result) =>
    [
        $"{result.Sessions:N0}", $"{result.Refreshes:N0}", result.RowsAdded, Megabytes(result.BytesBefore),
        Megabytes(result.BytesAfter), $"{result.BytesOfSession:N0}", $"{Format.Number(result.Cpu.TotalMicroseconds)} µs",
        $"{Format.Number(result.P50.TotalMilliseconds)} ms", $"{Format.Number(result.P99.TotalMilliseconds)} ms", $"{result.Written:N0} B",
        $"{result.Megabytes:N0} MB",
    ];

    static string Megabytes(long bytes) => $"{Format.Number(bytes / 1e6)} MB";
}
