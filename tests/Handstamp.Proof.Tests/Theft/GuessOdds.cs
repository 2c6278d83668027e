namespace Handstamp.Proof.Tests.Theft;

/// <summary>
/// A thief who does not see the victim's refreshes. It knows when the last one was and that the next is due within an
/// interval, the jitter, and uses the token that both hold once per refresh. The middle of the interval is its best
/// moment: it hits when the victim's lies less than a window before or after it.
/// </summary>
static class GuessOdds
{
    /// <summary>The chance that the thief has hit each of so many refreshes.</summary>
    public static double Reckoned(double jitter, double window, int refreshes) =>
        Math.Pow(jitter <= 2 * window ? 1 : 2 * window / jitter, refreshes);

    /// <summary>
    /// The same, counted: for 1, 2, … refreshes the share of thieves who held the victim's token after each.
    /// </summary>
    public static IReadOnlyList<double> Simulated(double jitter, int refreshes, int seed, int runs)
    {
        var hits = Enumerable.Range(0, runs)
            .Select(run => CountHits(jitter, refreshes, Generator(seed, jitter, run))).ToList();
        return [.. Enumerable.Range(1, refreshes).Select(count => hits.Count(hit => hit >= count) / (double)runs)];
    }

    /// <summary>
    /// Of the thieves who guess once and then poll, as <see cref="Thieves.Polls"/>, the share that still gets access
    /// tokens after so many refreshes.
    /// </summary>
    public static double Polling(double jitter, int refreshes, int seed, int runs) =>
        Enumerable.Range(0, runs).Select(run => Generator(seed, jitter, run))
            .Average(random => StaysPolling(jitter, refreshes, random) ? 1.0 : 0.0);

    static int CountHits(double jitter, int refreshes, Random random)
    {
        var rule = new HandstampRule(HandstampRule.Defaults, login: 0);
        var (shared, last) = (RefreshRule.First, 0.0);
        for (var hits = 0; hits < refreshes; hits++)
        {
            var refresh = VictimTrace.After(last, jitter, random);
            var guess = refresh.Earliest + (jitter / 2);
            var earlier = rule.Present(shared, Math.Min(refresh.At, guess));
            var later = rule.Present(shared, Math.Max(refresh.At, guess));
            if (earlier != later) return hits;
            (shared, last) = (later.Token, refresh.At);
        }
        return refreshes;
    }

    static bool StaysPolling(double jitter, int count, Random random)
    {
        var refreshes = new List<VictimRefresh> { VictimTrace.After(0, jitter, random) };
        while (refreshes.Count < count) refreshes.Add(VictimTrace.After(refreshes[^1].At, jitter, random));
        var (end, rule) = (refreshes[^1].At, new HandstampRule(HandstampRule.Defaults, login: 0));
        var run = new TheftRun(rule, new(refreshes, jitter), stolen: 0, until: end + 60, random);
        return run.Play(Thieves.Polls.Plan).Stayed > end;
    }

    static Random Generator(int seed, double jitter, int run) => Draws.Generator(seed, part: -2 - (int)jitter, run);
}
