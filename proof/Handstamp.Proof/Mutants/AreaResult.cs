using System.Globalization;

namespace Handstamp.Proof.Mutants;

/// <summary>The state of an area: the stored outcomes of its mutants, and the judgements of those that survived.</summary>
sealed record AreaResult(Area Area, IReadOnlyList<(Mutant Mutant, Outcome? Outcome)> Mutants, Judgements Judgements, Controls Controls)
{
    public static AreaResult Of(Area area, Judgements judgements)
    {
        var outcomes = new Outcomes(area);
        return new AreaResult(area, [.. MutatedProject.Known(area.Project).Where(area.Holds).Select(mutant => (mutant, outcomes.Of(mutant)?.Outcome))], judgements, Controls.Of(area));
    }

    /// <summary>Whether the page covers only a part of the area.</summary>
    public bool IsPartial => Mutants.Count == Untried || Untried > 0 || Open > 0;

    public IReadOnlyList<(Mutant Mutant, Outcome? Outcome)> Survivors { get; } =
        [.. Mutants.Where(mutant => mutant.Outcome is Outcome.Survived or Outcome.NotReached)];

    public bool Holds => Untried == 0 && Open == 0 && NotJudged == 0 && Score >= Area.Goal;

    public object[] Row =>
    [
        Area.Name, Mutants.Count, Mutants.Count - Untried, Killed, Count(Outcome.TimedOut), Survivors.Count, Count(Outcome.NotReached), Open,
        Share, $"{Area.Goal} %", NotJudged, $"{Controls.Failed} of {Controls.Run}",
    ];

    public IEnumerable<object[]> SurvivorRows => Survivors.Select(survivor => new object[]
    {
        $"{survivor.Mutant.File}:{survivor.Mutant.Line}", Code(survivor.Mutant.Before), Code(survivor.Mutant.After),
        Judgements.Of(Area, survivor.Mutant) ?? "**not judged**",
    });

    string Share => Mutants.Count == Untried ? "not run" : string.Create(CultureInfo.InvariantCulture, $"{Score:0.0} %");

    int Killed => Count(Outcome.Killed) + Count(Outcome.TimedOut);

    int Untried => Count(null);

    int Open => Count(Outcome.Open);

    int NotJudged => Survivors.Count(survivor => Judgements.Of(Area, survivor.Mutant) is null);

    /// <summary>The share of the tried mutants. An open mutant counts as one that survived.</summary>
    double Score => 100.0 * Killed / (Mutants.Count - Untried);

    int Count(Outcome? outcome) => Mutants.Count(mutant => mutant.Outcome == outcome);

    static string Code(string text) => $"`` {text.Replace("|", "\\|", StringComparison.Ordinal)} ``";
}
