using System.CommandLine;
using Handstamp.Proof.Long;
using Handstamp.Rig.Report;

namespace Handstamp.Proof.Flood;

/// <summary>The long form of <see cref="FloodTests"/>, which also compares the times.</summary>
static class FloodProof
{
    const double Budget = 2;

    public static Command Command()
    {
        var (turns, seconds) = (Bound.Of("--turns", 5), Bound.Of("--seconds", 20));
        var command = new Command("flood", "Refreshes while the login is flooded at three times its capacity.") { turns, seconds };
        command.SetAction(given => Run(given.GetValue(turns), given.GetValue(seconds)));
        return command;
    }

    static int Run(int turns, int seconds)
    {
        var duration = TimeSpan.FromSeconds(seconds);
        using var run = new FloodRun();
        var capacity = run.MeasureCapacity(duration / 2);
        var results = Enumerable.Range(0, turns).Select(_ => run.Run(capacity, duration)).ToList();
        var ratio = results.Select(turn => turn.Ratio).Order().ElementAt(turns / 2);
        return new Report("flood", "A flood of logins does not delay refreshes")
            .Say("32 people refresh 200 times a second together. In each turn, they first do so alone, and then while logins for " +
                $"unknown addresses arrive at three times the rate that can be hashed ({capacity:N0} a second here). Everything shares one " +
                "machine, so the ratio within a turn is the figure to trust.")
            .Table(
                ["p50 alone", "p99 alone", "p50 flooded", "p99 flooded", "p99 ratio", "logins tried a second", "hashed", "503 at once", "memory"],
                results.Select(Row))
            .Say($"The median ratio of the p99 is {Format.Number(ratio)} (budget: {Budget}).")
            .Save(ratio <= Budget && results.All(turn => turn.Refused > turn.Hashed), $"flood --turns {turns} --seconds {seconds}");
    }

    static object[] Row(FloodTurn turn) =>
    [
        Time(turn.Quiet.P50), Time(turn.Quiet.P99), Time(turn.Flooded.P50), Time(turn.Flooded.P99), Format.Number(turn.Ratio),
        $"{turn.PerSecond:N0}", $"{turn.Hashed:N0}", $"{turn.Refused:N0}", $"{turn.Megabytes:N0} MB",
    ];

    static string Time(TimeSpan time) => $"{Format.Number(time.TotalMilliseconds)} ms";
}
