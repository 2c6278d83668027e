using System.CommandLine;
using Handstamp.Proof.Long;
using Handstamp.Rig;
using Handstamp.Rig.Report;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Feed;

/// <summary>The long form of <see cref="FeedTests"/>, which also measures how soon a session ends.</summary>
static class FeedProof
{
    static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    public static Command Command()
    {
        var (seconds, apis, rate) = (Bound.Of("--seconds", 60), Bound.Of("--apis", 10), Bound.Of("--rate", 200));
        var kills = Bound.Of("--kill-every", 10);
        var command = new Command("feed", "Ends sessions at three nodes that are killed in turn, and times their refusal at APIs.") { seconds, apis, rate, kills };
        command.SetAction((given, cancel) => RunAsync(new FeedRun(
            TimeSpan.FromSeconds(given.GetValue(seconds)), given.GetValue(apis), given.GetValue(rate), TimeSpan.FromSeconds(given.GetValue(kills))), cancel));
        return command;
    }

    static async Task<int> RunAsync(FeedRun run, CancellationToken cancel)
    {
        // Durable, as in production.
        await using var server = await PostgresServer.StartAsync("fsync=on");
        var before = LoadAverage();
        var result = await run.RunAsync(server, cancel);
        return Report(run, result, $"{before} before the run and {LoadAverage()} at its end");
    }

    static int Report(FeedRun run, FeedResult result, string load)
    {
        var report = new Report("feed", "A session that ends at any node ends at every API")
            .Say($"Three nodes on one PostgreSQL (`fsync` on), {run.Apis} API processes with `Handstamp.Bearer` that follow the feed " +
                $"through a load balancer. {run.PerSecond} times a second a session is refreshed, sent to an API, and logged out; 100 " +
                $"plain clients refresh at the same time and stay logged in. Every {run.BetweenKills.TotalSeconds:0} s a node is killed with `kill -9` and started again: " +
                "its followers connect to another node and continue after the last event that they received.")
            .Say("The time is measured by the caller, from the logout's answer to the API's refusal. The caller asks " +
                "again after 2 ms, or after a tenth of the time that has passed. Each session is timed at one API, in turn. Afterwards, every API is asked about every session.")
            .Say($"**{result.Ended.Count:N0} sessions ended, {result.Missed.Count} of {result.Ended.Count * run.Apis:N0} refusals missing, {result.Refused.Count} refusals of " +
                $"sessions that nobody had ended**; {result.Plain.DefinitiveRefusals.Count} of the plain clients logged out in {result.Plain.Refreshes:N0} refreshes. " +
                $"{result.PerSecond:N0} sessions a second, {result.Kills.Count} kills; " +
                $"{result.LostAnswers} logouts whose answer was lost with the node, which are not timed.")
            .Table(["time to the refusal", "sessions", "p50", "p90", "p99", "max"],
                [Row("all", result.Times), Row("ended within 2 s after a kill", result.TimesAfterKills)])
            .Table(["memory", "before", "after"],
            [
                ["the largest node", Megabytes(result.Before.Node), Megabytes(result.After.Node)],
                ["the largest API", Megabytes(result.Before.Api), Megabytes(result.After.Api)],
            ])
            .Say("An API remembers an ended session for 61 minutes, in about 75 bytes: at this rate without a pause, " +
                $"{Format.Number(61 * 60 * run.PerSecond * 75 / 1e6)} MB. A node remembers no sessions; the log in the database is swept.")
            .Say($"Everything runs on one machine, including PostgreSQL, the balancer and the callers: {Machine.Describe()}. Its load average " +
                $"was {load}.");
        foreach (var what in result.Missed.Concat(result.Refused).Concat(result.Plain.DefinitiveRefusals).Take(20)) report.Say($"- {what}");
        var kept = At(result.Times, 0.99) < Promise && result.PerSecond > 0.95 * run.PerSecond;
        return report.Save(result.Holds && kept,
            $"feed --seconds {run.Duration.TotalSeconds:0} --apis {run.Apis} --rate {run.PerSecond} --kill-every {run.BetweenKills.TotalSeconds:0}");
    }

    static object[] Row(string which, IReadOnlyList<TimeSpan> times) =>
        [which, $"{times.Count:N0}", .. ((double[])[0.5, 0.9, 0.99, 1]).Select(share => $"{Format.Number(At(times, share).TotalMilliseconds)} ms")];

    static TimeSpan At(IReadOnlyList<TimeSpan> times, double share) =>
        times.Count == 0 ? TimeSpan.Zero : times[(int)Math.Ceiling((times.Count - 1) * share)];

    static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    static string Megabytes(double megabytes) => $"{megabytes:N0} MB";
}
