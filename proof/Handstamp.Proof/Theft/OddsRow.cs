namespace Handstamp.Proof.Theft;

/// <summary>The odds of a thief who guesses each refresh, for one width of the jitter.</summary>
sealed record OddsRow(double Jitter, IReadOnlyList<(int Refreshes, double Calculated, double Simulated)> Guessing, int Runs)
{
    static readonly int[] RefreshCounts = [1, 5, 10];

    /// <summary>Whether the counted odds are within five standard errors of the calculated odds.</summary>
    public bool Agrees => Guessing.All(odds => IsNear(odds.Simulated, odds.Calculated, Runs));

    static bool IsNear(double counted, double calculated, int runs) =>
        Math.Abs(counted - calculated) <= 5 * Math.Sqrt(calculated * (1 - calculated) / runs);

    public static IReadOnlyList<OddsRow> DrawAll(int seed, int runs) =>
        [.. new double[] { 0, 30, 60, 120, 300, 600 }.Select(jitter => Draw(jitter, seed, runs))];

    static OddsRow Draw(double jitter, int seed, int runs)
    {
        var replays = (HandstampRule.Defaults.RetryWindow - HandstampRule.Defaults.QuietGap).TotalSeconds;
        var simulated = GuessOdds.Simulated(jitter, RefreshCounts[^1], seed, runs);
        return new(jitter, [.. RefreshCounts.Select(count => (count, GuessOdds.Calculated(jitter, replays, count), simulated[count - 1]))], runs);
    }
}
