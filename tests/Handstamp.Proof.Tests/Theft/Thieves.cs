namespace Handstamp.Proof.Tests.Theft;

/// <summary>A kind of thief. At the moment of the theft it plans its uses.</summary>
sealed record Thief(string Name, string Does, Action<TheftRun> Plan);

/// <summary>What a thief may do with a copied refresh token.</summary>
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
        "next is due",
        Guess);

    public static readonly Thief Lockstep = new(
        "5 s behind", "sees the victim's refreshes, and uses its newest token five seconds after each",
        run => Follow(run, behind: 5));

    public static readonly Thief PollsOld = new(
        "polls, old token",
        "shows every five seconds the oldest token that gets it anything; when that one gets nothing, the others that it " +
        "holds",
        run => Repeat(run, 0, () => 5, now => UseOldest(run, now)));

    public static readonly Thief PollsNew = new(
        "polls, newest token", "uses its newest token every five seconds",
        run => Repeat(run, 0, () => 5, run.UseNewest));

    public static readonly IReadOnlyList<Thief> All = [OwnChain, Waits, Behind, Guesses, PollsNew, Lockstep, PollsOld];

    /// <summary>Those whose uses lie more than a window away from the victim's refreshes, but for chance.</summary>
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
        foreach (var refresh in run.Trace.Refreshes.Where(refresh => refresh.Earliest > run.Stolen))
            run.At(refresh.Earliest + (VictimTrace.DefaultJitter / 2), run.UseNewest);
    }

    /// <summary>
    /// The thief's best answer to a rule with a window. The oldest token that works does not move the victim on, and a
    /// refusal says that the victim has moved on, within the window in which the token that it used gets the same
    /// answer again.
    /// </summary>
    static void UseOldest(TheftRun run, double now)
    {
        for (var (i, held) = (0, run.Tokens.Count); i < held; i++)
        {
            var token = run.Tokens[i];
            if (!run.Use(token, now)) continue;
            if (i > 0) run.Forget(before: token);
            return;
        }
    }
}
