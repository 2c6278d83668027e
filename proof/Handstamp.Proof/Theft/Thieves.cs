namespace Handstamp.Proof.Theft;

/// <summary>A kind of thief. It plans its uses at the moment of the theft.</summary>
sealed record Thief(string Name, string Does, Action<TheftRun> Plan);

/// <summary>The actions of a thief with a copied refresh token.</summary>
static class Thieves
{
    public static readonly Thief OwnChain = new(
        "own chain", "uses its newest token every 8 to 10 minutes, as a client of its own would",
        run => Repeat(run, run.Random.Between(0, 600), () => run.Random.Between(480, 600), run.UseNewest));

    public static readonly Thief Waits = new(
        "now and then", "uses the copy within an hour, then its newest token every 2 to 12 hours",
        run => Repeat(run, run.Random.Between(0, 3600), () => run.Random.Between(7200, 43_200), run.UseNewest));

    public static readonly Thief Behind = new(
        "4 min behind", "sees the victim's refreshes, and uses its newest token four minutes after each",
        run => Follow(run, behind: 240));

    public static readonly Thief Guesses = new(
        "guesses",
        "knows when the last refresh was, and uses its newest token once, in the middle of the interval in which the " +
        "next one is due",
        Guess);

    public static readonly Thief Lockstep = new(
        "5 s behind", "sees the victim's refreshes, and uses its newest token five seconds after each",
        run => Follow(run, behind: 5));

    public static readonly Thief Polls = new(
        "guesses, polls",
        "guesses once, then sends the token that it used every five seconds until that token gets nothing, and then at once " +
        "the token that it first got for it",
        Poll);

    public static readonly Thief TakesOver = new(
        "takes over", "uses its newest token every five seconds",
        run => Repeat(run, 0, () => 5, run.UseNewest));

    public static readonly IReadOnlyList<Thief> All = [OwnChain, Waits, Behind, TakesOver, Guesses, Polls, Lockstep];

    /// <summary>The thieves whose uses are more than a window away from the victim's refreshes, except by chance.</summary>
    public static readonly IReadOnlyList<Thief> Away = [OwnChain, Waits, Behind];

    static void Repeat(TheftRun run, double wait, Func<double> pause, Action<double> use)
    {
        run.At(run.Stolen + wait, Again);

        void Again(double now)
        {
            use(now);
            run.At(now + pause(), Again);
        }
    }

    static void Follow(TheftRun run, double behind) =>
        run.VictimRefreshes += now => run.At(now + behind, run.UseNewest);

    static void Guess(TheftRun run)
    {
        foreach (var middle in run.Trace.Middles(run.Stolen)) run.At(middle, run.UseNewest);
    }

    /// <summary>
    /// The best strategy against a rule with a window. The token that was used last does not move the victim on. Once
    /// that token is refused, the victim has moved on, within the window in which the token that the victim used still
    /// gets the same answer. The thief has to know which token that is: the one that both got, if its guess was right.
    /// </summary>
    static void Poll(TheftRun run)
    {
        var (shown, next) = (run.Newest, run.Newest);
        Repeat(run, run.Trace.Middles(run.Stolen).First() - run.Stolen, () => 5, now =>
        {
            var answer = run.Use(shown, now);
            // A 409 with a time comes from the gap.
            if (answer is { Verdict: Verdict.NotNow, Wait: 0 })
            {
                shown = next;
                answer = run.Use(shown, now);
            }
            if (answer.Verdict == Verdict.Granted && next == shown) next = answer.Token;
        });
    }
}
