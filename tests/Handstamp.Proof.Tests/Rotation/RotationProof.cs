using System.CommandLine;
using System.Globalization;
using Handstamp.Proof.Tests.Long;

namespace Handstamp.Proof.Tests.Rotation;

/// <summary>The searches of <see cref="RotationModelTests"/> with larger bounds.</summary>
static class RotationProof
{
    static readonly (int Window, int Delay, int Until, int Sends)[] s_bounds =
    [
        (1, 1, 12, 5), (2, 2, 12, 5), (2, 2, 16, 4), (3, 3, 16, 4), (4, 4, 16, 4), (5, 5, 15, 4), (2, 3, 10, 4),
        (2, 4, 11, 4),
    ];

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
        report.Say("A thief with a copy of the first token, any strategy with any token that it ever got; the victim refreshes " +
            "every 7 ticks. In how many states the thief still holds a token that works, after the victim's refreshes:");
        var apart = new RotationModel(window: 2).SearchThief(period: 7, cycles: 6, apart: true);
        var anytime = new RotationModel(window: 2).SearchThief(period: 7, cycles: 6, apart: false);
        var noWindow = new RotationModel(window: 0).SearchThief(period: 7, cycles: 6, apart: false);
        report.Table(["window", "the thief's uses", .. Enumerable.Range(1, 6).Select(cycle => $"{cycle}.")],
        [
            [2, "more than a window from the victim's", .. apart.Cast<object>()], [2, "at any time", .. anytime.Cast<object>()],
            [0, "at any time", .. noWindow.Cast<object>()],
        ]);
        return apart.Skip(1).Concat(noWindow.Skip(1)).All(states => states == 0);
    }
}
