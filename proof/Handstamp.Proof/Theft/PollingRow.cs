namespace Handstamp.Proof.Theft;

/// <summary>For one width of the jitter, the shares of <see cref="PollingThief"/>s who stay, by the limit on late retries.</summary>
sealed record PollingRow(double Jitter, IReadOnlyDictionary<int, double> Staying)
{
    public const int NoLimit = int.MaxValue;

    public static readonly int[] Limits = [NoLimit, 5, 3, 2, 1];

    public const int Runs = 2000;

    public static IReadOnlyList<PollingRow> DrawAll(int seed) =>
        [.. new double[] { 60, 120, 300, 600, 1800 }.Select(jitter => Draw(jitter, seed))];

    static PollingRow Draw(double jitter, int seed) => new(jitter, Limits.ToDictionary(
        limit => limit,
        limit => PollingThief.Staying(HandstampRule.Defaults with { LateRetryLimit = limit }, jitter, seed, Runs)));
}
