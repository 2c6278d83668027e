namespace Handstamp.Proof.Mutants;

/// <summary>
/// How the trial of a mutant stands: the test that killed it, or the classes that let it live, each in the version that did.
/// </summary>
sealed record Trial(Outcome Outcome, string? By, IReadOnlyDictionary<string, string> Passed)
{
    public static readonly Trial None = new(Outcome.Open, null, new Dictionary<string, string>());
}
