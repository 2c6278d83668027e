namespace Handstamp.Proof.Mutants;

/// <summary>
/// The state of a mutant's trial: the test that killed it, or the classes that it survived, each with its version.
/// </summary>
sealed record Trial(Outcome Outcome, string? By, IReadOnlyDictionary<string, string> Passed)
{
    public static readonly Trial None = new(Outcome.Open, null, new Dictionary<string, string>());
}
