namespace Handstamp.Rig.Report;

/// <summary>The rounds of one contestant and operation, as medians.</summary>
sealed class Figures(Results results)
{
    public bool Has(string contestant, string operation) => Rounds(contestant, operation).Any();

    public double Median(string contestant, string operation, Func<Result, double> figure) =>
        Middle(Rounds(contestant, operation).Select(figure));

    public (double Least, double Most) Range(string contestant, string operation, Func<Result, double> figure)
    {
        var all = Rounds(contestant, operation).Select(figure).ToList();
        return (all.Min(), all.Max());
    }

    /// <summary>The ratio inside each round, then the median: a disturbance of a round affects both sides.</summary>
    public double Ratio(string contestant, string other, string operation, Func<Result, double> figure) =>
        Middle(Rounds(contestant, operation).Join(
            Rounds(other, operation), mine => mine.Round, theirs => theirs.Round,
            (mine, theirs) => figure(mine) / figure(theirs)));

    public bool HasStart(string contestant, string first) => Starts(contestant, first).Any();

    public double StartMilliseconds(string contestant, string first) =>
        Middle(Starts(contestant, first).Select(start => start.Milliseconds));

    public double IdleMegabytes(string contestant) =>
        Middle(Starts(contestant, Start.Answer).Select(start => start.IdleMegabytes));

    IEnumerable<Result> Rounds(string contestant, string operation) =>
        results.Loads.Where(result => result.Contestant == contestant && result.Operation == operation);

    IEnumerable<Start> Starts(string contestant, string first) =>
        results.Starts.Where(start => start.Contestant == contestant && start.First == first);

    static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
