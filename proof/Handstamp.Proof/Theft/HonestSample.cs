namespace Handstamp.Proof.Theft;

/// <summary>The number of false logouts under one rule among the given number of refreshes.</summary>
sealed record HonestSample(NamedRule Rule, Fault Fault, int Refreshes, int Logouts)
{
    public double Per100000 => 100_000.0 * Logouts / Refreshes;

    /// <summary>The share of the faults that end in a logout.</summary>
    public double PerFault => Logouts / (Refreshes * HonestTrace.FaultShare);

    public static IReadOnlyList<HonestSample> DrawAll(int seed, int clients, int refreshes) =>
        [.. from fault in Enum.GetValues<Fault>()
            let traces = Traces(fault, seed, clients, refreshes)
            from rule in RefreshRules.All
            let logouts = traces.AsParallel().Sum(trace => HonestClient.CountFalseLogouts(rule, trace))
            select new HonestSample(rule, fault, clients * refreshes, logouts)];

    static List<IReadOnlyList<Refresh>> Traces(Fault fault, int seed, int clients, int refreshes) =>
        [.. Enumerable.Range(0, clients)
            .Select(client => HonestTrace.Draw(fault, refreshes, Draws.Generator(seed, (int)fault, client)))];
}
