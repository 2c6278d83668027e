namespace Handstamp.Proof.Timing;

/// <summary>
/// One kind of failed login against an unknown address: login by login, and by the fastest login of a group on either
/// side. The latter is more precise on a busy machine, but misses a difference that only some logins show.
/// </summary>
sealed class Comparison(FailedLogins logins, Kind kind, int seed)
{
    const int Block = 8;

    // The positive control: a run means something only if it notices this.
    const double ControlShare = 0.25;

    readonly double[] _each = Differences(logins, kind, 1);
    readonly double[] _fastest = Differences(logins, kind, Block);

    public Kind Kind => kind;

    public double OfEach => SignedRank.Statistic(_each);

    public double OfFastest => SignedRank.Statistic(_fastest);

    /// <summary>The time, or the bytes, tell the two kinds apart.</summary>
    public bool IsTold => SignedRank.Rejects(_each) || SignedRank.Rejects(_fastest)
        || logins.Answers(kind).Count != 1 || !logins.Answers(kind).SequenceEqual(logins.Answers(Kind.Unknown));

    public bool NoticesControl => SignedRank.Rejects([.. _fastest.Select(difference => difference + (ControlShare * Login))]);

    /// <summary>The time of an undisturbed login, in milliseconds.</summary>
    public double Login { get; } = Quantiles.Of(logins.Of(Kind.Unknown), 0.05);

    public double MedianDifference => Quantiles.Of(_fastest, 0.5);

    /// <summary>The difference that would be noticed with a probability of 0.95, in milliseconds.</summary>
    public double Noticeable => field > 0 ? field : field = Math.Min(SignedRank.Noticeable(_each, seed), SignedRank.Noticeable(_fastest, seed));

    public override string ToString() => FormattableString.Invariant(
        $"""
        {kind}: {_each.Length} pairs; {OfEach:0.00} and, of the fastest, {OfFastest:0.00} standard deviations, {SignedRank.Critical} tell them apart; a shift of
        {1000 * Noticeable:0} µs would be noticed with a probability of 0.95: {100 * Noticeable / Login:0.0} % of a login of {Login:0.0} ms
        """).ReplaceLineEndings(" ");

    static double[] Differences(FailedLogins logins, Kind kind, int block) => [.. logins.Of(kind).Chunk(block)
        .Zip(logins.Of(Kind.Unknown).Chunk(block), (times, unknown) => times.Min() - unknown.Min())];
}
