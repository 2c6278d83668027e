using System.CommandLine;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Timing;

/// <summary>The measurement of <see cref="TimingTests"/> with more logins.</summary>
static class TimingProof
{
    static readonly double[] Shares = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

    public static Command Command()
    {
        var (groups, seed) = (Bound.Of("--groups", 6000), Bound.Of("--seed", 1));
        var command = new Command("timing", "Measures whether a failed login reveals that an account exists.") { groups, seed };
        command.SetAction((given, _) => RunAsync(given.GetValue(groups), given.GetValue(seed)));
        return command;
    }

    static async Task<int> RunAsync(int groups, int seed)
    {
        var report = new Report("timing", "Whether a failed login reveals that an account exists").Say("""
            Failed logins are sent to the native executable, one after another over a raw socket, in groups of three in random
            order: an unknown address, an account's address with a wrong password, a disabled account's address with a wrong
            password. Hashing costs as little as the settings allow (7 MiB, 5 passes), so that small differences show. Status,
            headers except the date, and body are compared byte by byte.
            """).Say($"""
            The times are compared with Wilcoxon's signed-rank test within the groups, and again with the fastest login of every
            eight, which a busy machine disturbs less. The random order makes the test exact, whatever the machine does: without
            a difference in the work, either sign is equally likely. More than {SignedRank.Critical} standard deviations tell
            the kinds apart; by chance that happens in one run in a million. The power comes from the bootstrap, on the noise of
            this run: the smallest shift that one of the two tests would notice with a probability of 0.95. The control is this
            run with a shift of a quarter of a login.
            """);
        await using var logins = await FailedLogins.StartAsync(seed);
        logins.Take(groups);
        Comparison[] comparisons = [new(logins, Kind.WrongPassword, seed), new(logins, Kind.Disabled, seed)];
        var holds = comparisons.All(comparison => !comparison.IsTold && comparison.NoticesControl);
        ShowTimes(report, logins);
        ShowComparisons(report, comparisons);
        report.Say(holds ? "All answers were identical, byte for byte." : "The kinds can be told apart, or the run could not have noticed.");
        return report.Save(holds, $"timing --groups {groups} --seed {seed}");
    }

    static void ShowTimes(Report report, FailedLogins logins) => report.Table(
        ["milliseconds", .. Shares.Select(share => $"{100 * share:0} %")],
        Enum.GetValues<Kind>().Select(kind => (object[])
            [Words(kind), .. Shares.Select(share => FormattableString.Invariant($"{Quantiles.Of(logins.Of(kind), share):0.000}"))]));

    static void ShowComparisons(Report report, Comparison[] comparisons) => report.Table(
        ["compared with an unknown address", "median difference", "standard deviations", "of the fastest", "would be noticed", "of a login", "the control"],
        comparisons.Select(comparison => (object[])
        [
            Words(comparison.Kind), FormattableString.Invariant($"{1000 * comparison.MedianDifference:0.0} µs"),
            FormattableString.Invariant($"{comparison.OfEach:0.00}"), FormattableString.Invariant($"{comparison.OfFastest:0.00}"),
            FormattableString.Invariant($"{1000 * comparison.Noticeable:0} µs"),
            FormattableString.Invariant($"{100 * comparison.Noticeable / comparison.Login:0.0} %"), comparison.NoticesControl ? "is noticed" : "is not noticed",
        ]));

    static string Words(Kind kind) => kind switch
    {
        Kind.Unknown => "unknown address",
        Kind.WrongPassword => "wrong password",
        _ => "disabled account",
    };
}
