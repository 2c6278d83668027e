using System.CommandLine;
using System.Globalization;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Rotation;

/// <summary>The invariants of <see cref="InvariantTests"/>, and the searches of <see cref="RotationModelTests"/> with larger bounds.</summary>
static class RotationProof
{
    static readonly (int Window, int Delay, int Until, int Sends)[] Bounds =
    [
        (1, 1, 12, 5), (2, 2, 12, 5), (2, 2, 16, 4), (3, 3, 16, 4), (4, 4, 16, 4), (5, 5, 15, 4), (2, 3, 10, 4),
        (2, 4, 11, 4),
    ];

    static readonly (int Window, int Request, int Answer, bool QuietGap)[] Jars =
    [
        (6, 1, 1, true), (9, 1, 2, true), (9, 2, 1, true), (12, 0, 4, true), (12, 2, 2, true), (12, 4, 0, true), (15, 2, 3, true),
        (6, 1, 1, false), (9, 1, 2, false), (6, 1, 2, true), (6, 2, 1, true), (6, 0, 3, true), (6, 3, 0, true), (9, 2, 2, true),
    ];

    public static Command Command()
    {
        var command = new Command("rotation", "Proves the rotation rule: by invariants without bounds, and by searches of every interleaving.");
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    static async Task<int> RunAsync()
    {
        var report = new Report("rotation", "The rotation rule: nobody is logged out, and a thief loses");
        var holds = await InvariantsAsync(report) & HonestClient(report) & Jar(report) & Thief(report);
        return report.Save(holds, "rotation");
    }

    static async Task<bool> InvariantsAsync(Report report)
    {
        report.Say("## By invariants, without bounds")
            .Say("This holds for every window, every gap shorter than the window, any number of messages and any time, as long as " +
                "late retries are accepted without a limit. *One client* has one outstanding attempt: a retry abandons the " +
                "attempt before it, and the client ignores the answers to abandoned attempts; an answer may take any time. *A " +
                "jar* has any number of requests at once and stores every answer, in the order of arrival, including the answers " +
                "to abandoned requests; its gap is at most a third of the window. *A jar with a time-out* stores no answer that " +
                "arrives later than the time-out after its request was sent, however long an answer takes; an abandoned request " +
                "may still arrive. It does not store the answers of holds, which set no cookie; with *holds too*, it does. The " +
                "network loses, delays, repeats and reorders messages. *Request* and *answer* are the longest times that any " +
                "request and any answer take; *clock difference* is how far the nodes' clocks are apart. z3 checks that no step " +
                "breaks the invariant. Beyond the bounds, z3 finds moments at which a session ends, here with a window of 30 s, " +
                "and mostly a gap of 10 s.");
        var proof = await Invariant.ProveAsync();
        report.Say($"```text\n{(proof.Output + proof.Error).Trim()}\n```");
        return proof.ExitCode == 0;
    }

    static bool HonestClient(Report report)
    {
        report.Say("## By search, within bounds")
            .Say("The search runs the decision of the service, with one honest client that has one outstanding attempt, and a network that loses, delays, " +
            "repeats and reorders messages. Time runs in ticks.");
        var found = Bounds.Select(bound =>
            (bound, result: new RotationModel(bound.Window).SearchHonestClient(bound.Delay, bound.Until, bound.Sends))).ToList();
        report.Table(["window", "a message takes up to", "until", "requests", "states", "false logout"],
            found.Select(run => (object[])[run.bound.Window, run.bound.Delay, run.bound.Until, run.bound.Sends,
                run.result.States.ToString("N0", CultureInfo.InvariantCulture), run.result.Counterexample is null ? "none" : "found"]));
        return found.All(run => run.result.Counterexample is null || run.bound.Delay > run.bound.Window);
    }

    static bool Jar(Report report)
    {
        report.Say("A jar, as above, without a bound on the time or the number of requests: only the order of generations counts, and ages " +
            "count up to the window. The jar stores the answers of holds, which set no cookie, or it does not; the states are those of both.");
        var found = Jars.Select(jar => (jar, runs: new[] { false, true }.Select(storesHolds =>
            new JarModel(new(jar.Window, jar.QuietGap), jar.Request, jar.Answer, storesHolds).Search()).ToList())).ToList();
        report.Table(["window", "gap", "a request takes up to", "an answer", "states", "false logout"],
            found.Select(run => (object[])[run.jar.Window, GapOf(run.jar), run.jar.Request, run.jar.Answer,
                run.runs.Sum(each => each.States).ToString("N0", CultureInfo.InvariantCulture),
                run.runs.TrueForAll(each => each.Counterexample is null) ? "none" : "found"]));
        report.Say("The false logout without a gap, with the fewest steps:")
            .Say($"```text\n{found.First(run => !run.jar.QuietGap).runs[0].Counterexample}\n```");
        return found.TrueForAll(run => run.runs.TrueForAll(each =>
            each.Counterexample is null == run.jar.Request + run.jar.Answer <= GapOf(run.jar)));
    }

    static int GapOf((int Window, int Request, int Answer, bool QuietGap) jar) => jar.QuietGap ? jar.Window / 3 : 0;

    static bool Thief(Report report)
    {
        report.Say("A thief has a copy of the first token, and uses any token that it ever got in any way. The victim refreshes every 7 " +
            "ticks. The table counts the states in which the thief still holds a token that works after the victim's refreshes:");
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
