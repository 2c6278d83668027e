using System.CommandLine;
using System.Globalization;
using Handstamp.Proof.Tests.Long;

namespace Handstamp.Proof.Tests.Rotation;

/// <summary>The searches of <see cref="RotationModelTests"/> with larger bounds.</summary>
static class RotationProof
{
    static readonly (int Window, int Delay, int Until, int Sends)[] s_bounds =
        [(1, 1, 8, 5), (2, 2, 9, 4), (3, 3, 11, 4), (2, 3, 10, 4), (2, 4, 11, 4)];

    public static Command Command()
    {
        var command = new Command("rotation", "Searches every interleaving of the rotation rule within bounds.");
        command.SetAction(_ => Run());
        return command;
    }

    static int Run()
    {
        var report = new Report("rotation", "Every interleaving of the rotation rule, within bounds");
        var holds = HonestClient(report) & Thief(report);
        return report.Save(holds, "rotation");
    }

    static bool HonestClient(Report report)
    {
        report.Say("One honest client with one attempt outstanding, and a network that loses, delays, delivers twice " +
            "and reorders. Time runs in ticks.");
        var found = s_bounds.Select(bound =>
            (bound, result: new RotationModel(bound.Window).SearchHonestClient(bound.Delay, bound.Until, bound.Sends))).ToList();
        report.Table(["window", "a message takes up to", "until", "requests", "states", "false logout"],
            found.Select(run => (object[])[run.bound.Window, run.bound.Delay, run.bound.Until, run.bound.Sends,
                run.result.States.ToString("N0", CultureInfo.InvariantCulture), run.result.Counterexample is null ? "none" : "found"]));
        return found.All(run => run.result.Counterexample is null || run.bound.Delay > run.bound.Window);
    }

    static bool Thief(Report report)
    {
        report.Say("A thief with a copy of the first token, any strategy; the victim refreshes every 7 ticks, the " +
            "window has 2. In how many states the thief still holds a token that works, after the victim's refreshes:");
        var apart = new RotationModel(window: 2).SearchThief(period: 7, cycles: 6, apart: true);
        var anytime = new RotationModel(window: 2).SearchThief(period: 7, cycles: 4, apart: false);
        report.Table(["the thief's uses", .. Enumerable.Range(1, 6).Select(cycle => $"{cycle}.")],
            [["more than a window from the victim's", .. apart.Cast<object>()], ["at any time", .. anytime.Cast<object>(), "", ""]]);
        return apart.Skip(1).All(states => states == 0);
    }
}
