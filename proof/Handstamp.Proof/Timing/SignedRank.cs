namespace Handstamp.Proof.Timing;

/// <summary>
/// Wilcoxon's signed-rank test of paired differences. The order of each pair was drawn at random. So without a
/// difference between the two, each difference is as likely to be positive as negative, whatever the machine did
/// meanwhile. The test needs no assumption about the machine's noise, which has long tails, drifts and comes in bursts.
/// Ranks keep the tails from hiding the rest.
/// </summary>
static class SignedRank
{
    /// <summary>
    /// Two-sided, a chance of one in four million. A run makes four comparisons, and has a false alarm once in a
    /// million runs. With few pairs, the sum has shorter tails than the normal distribution, and the chance is even
    /// smaller.
    /// </summary>
    public const double Critical = 5.16;

    const double Power = 0.95;
    const int Resamples = 400;

    public static bool Rejects(IReadOnlyList<double> differences) => Math.Abs(Statistic(differences)) > Critical;

    /// <summary>The sum of the ranks of the positive differences, in standard deviations from what chance gives.</summary>
    public static double Statistic(IReadOnlyList<double> differences)
    {
        var sorted = differences.ToArray();
        Array.Sort(sorted.Select(Math.Abs).ToArray(), sorted);
        double sum = 0;
        for (var rank = 1; rank <= sorted.Length; rank++)
            sum += sorted[rank - 1] > 0 ? rank : sorted[rank - 1] < 0 ? 0 : rank / 2.0;
        double n = sorted.Length;
        return (sum - (n * (n + 1) / 4)) / Math.Sqrt(n * (n + 1) * ((2 * n) + 1) / 24);
    }

    /// <summary>
    /// The smallest shift, within a twentieth, that the test would notice with a probability of 0.95: by the bootstrap,
    /// on the noise of these differences.
    /// </summary>
    public static double Noticeable(IReadOnlyList<double> differences, int seed)
    {
        var median = Quantiles.Of(differences, 0.5);
        double[] noise = [.. differences.Select(difference => difference - median)];
        var (low, high) = (0.0, noise.Max(Math.Abs));
        while (high - low > high / 20)
        {
            var middle = (low + high) / 2;
            if (PowerAt(noise, middle, new Random(seed)) >= Power) high = middle;
            else low = middle;
        }
        return high;
    }

    static double PowerAt(double[] noise, double shift, Random random) => Enumerable.Range(0, Resamples).Count(_ =>
        Rejects([.. random.GetItems(noise, noise.Length).Select(value => value + shift)])) / (double)Resamples;
}
