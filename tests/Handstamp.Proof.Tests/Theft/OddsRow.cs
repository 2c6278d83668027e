namespace Handstamp.Proof.Tests.Theft;

/// <summary>The odds of a thief who guesses, and of one who polls, for one width of the jitter.</summary>
sealed record OddsRow(
    double Jitter, IReadOnlyList<(int Refreshes, double Reckoned, double Simulated)> Guessing, double Polling, int Runs,
    int PollingRuns)
{
    public const int PolledRefreshes = 100;

    static readonly int[] s_refreshes = [1, 5, 10];

    /// <summary>
    /// Whether what was counted lies within five standard errors of what was reckoned. One who polls has to hit once.
    /// </summary>
    public bool Agrees => Guessing.All(odds => IsNear(odds.Simulated, odds.Reckoned, Runs))
        && IsNear(Polling, Guessing[0].Reckoned, PollingRuns);

    static bool IsNear(double counted, double reckoned, int runs) =>
        Math.Abs(counted - reckoned) <= 5 * Math.Sqrt(reckoned * (1 - reckoned) / runs);

    public static IReadOnlyList<OddsRow> DrawAll(int seed, int runs, int polling) =>
        [.. new double[] { 0, 30, 60, 120, 300, 600 }.Select(jitter => Draw(jitter, seed, runs, polling))];

    static OddsRow Draw(double jitter, int seed, int runs, int polling)
    {
        var window = HandstampRule.Defaults.RetryWindow.TotalSeconds;
        var simulated = GuessOdds.Simulated(jitter, s_refreshes[^1], seed, runs);
        var guessing = s_refreshes
            .Select(count => (count, GuessOdds.Reckoned(jitter, window, count), simulated[count - 1])).ToList();
        return new(jitter, guessing, GuessOdds.Polling(jitter, PolledRefreshes, seed, polling), runs, polling);
    }
}
