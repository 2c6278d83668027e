namespace Handstamp.Proof.Fuzz;

/// <summary>The result of fuzzing one target.</summary>
sealed record FuzzResult(string Target, long Inputs, int Corpus, int Branches, int Outcomes, IReadOnlyList<string> Findings)
{
    /// <summary>
    /// Passes a result from one load context to another. Both know the same texts and numbers, but not this type.
    /// </summary>
    public object[] ToRow() => [Target, Inputs, Corpus, Branches, Outcomes, Findings];

    public static FuzzResult OfRow(object[] row) =>
        new((string)row[0], (long)row[1], (int)row[2], (int)row[3], (int)row[4], (IReadOnlyList<string>)row[5]);

    public override string ToString() =>
        $"{Target}: {Inputs} inputs, {Corpus} kept, {Branches} branches, {Outcomes} outcomes, {Findings.Count} findings";
}
