namespace Handstamp.Proof.Theft;

/// <summary>The results of one kind of thief under one rule.</summary>
sealed record TheftSample(NamedRule Rule, Thief Thief, IReadOnlyList<TheftOutcome> Outcomes)
{
    public const int Days = 30;

    public double StillThere => Outcomes.Average(outcome => outcome.StillThere ? 1.0 : 0.0);

    public double Stayed(double share) => Outcomes.Select(outcome => outcome.Stayed).Order().ElementAt(Index(share));

    public int Refreshes(double share) => Outcomes.Select(outcome => outcome.Refreshes).Order().ElementAt(Index(share));

    public static TheftSample Draw(NamedRule rule, Thief thief, int seed, int sessions) =>
        new(rule, thief, [.. ParallelEnumerable.Range(0, sessions).AsOrdered()
            .Select(session => Play(rule, thief, seed, session))]);

    // Each rule and thief meets the same victims, robbed at the same moments.
    static TheftOutcome Play(NamedRule rule, Thief thief, int seed, int session)
    {
        var random = Draws.Generator(seed, part: -1, session);
        var trace = VictimTrace.Draw(Days + 1, random);
        var stolen = random.Between(0, VictimTrace.Day);
        return new TheftRun(rule.Login(0), trace, stolen, stolen + (Days * VictimTrace.Day), random).Play(thief.Plan);
    }

    int Index(double share) => Math.Min(Outcomes.Count - 1, (int)(share * Outcomes.Count));
}
