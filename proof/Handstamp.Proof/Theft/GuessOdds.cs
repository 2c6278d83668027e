namespace Handstamp.Proof.Theft;

/// <summary>
/// A thief who does not see the victim's refreshes. The thief knows when the last refresh was, and that the next is due
/// within an interval, the jitter. It uses the token that both hold once per refresh. The middle of the interval is its
/// best moment: the guess hits when the later of the two gets the same answer, a replay, before the quiet gap begins.
/// </summary>
static class GuessOdds
{
    /// <summary>The chance that the thief has hit each of the given number of refreshes.</summary>
    public static double Calculated(double jitter, double replays, int refreshes) =>
        Math.Pow(jitter <= 2 * replays ? 1 : 2 * replays / jitter, refreshes);

    /// <summary>
    /// The same chance, counted: for 1, 2, … refreshes, the share of thieves who held the victim's token after each one.
    /// </summary>
    public static IReadOnlyList<double> Simulated(double jitter, int refreshes, int seed, int runs)
    {
        var hits = Enumerable.Range(0, runs)
            .Select(run => CountHits(jitter, refreshes, Generator(seed, jitter, run))).ToList();
        return [.. Enumerable.Range(1, refreshes).Select(count => hits.Count(hit => hit >= count) / (double)runs)];
    }

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

    static Random Generator(int seed, double jitter, int run) => Draws.Generator(seed, part: -2 - (int)jitter, run);
}
