namespace Handstamp.Proof.Theft;

/// <summary>A refresh of the victim, and the start of the interval from which its client drew the moment.</summary>
readonly record struct VictimRefresh(double Earliest, double At);

/// <summary>
/// The victim's refreshes, drawn before any rule is applied: ten hours a day, at a random moment in the last fifth of
/// the access token's life.
/// </summary>
sealed record VictimTrace(IReadOnlyList<VictimRefresh> Refreshes, double Jitter = VictimTrace.DefaultJitter)
{
    public const double Day = 86_400;

    /// <summary>The last fifth of ten minutes.</summary>
    public const double DefaultJitter = 120;

    const double ShortestLife = 600;

    /// <summary>The life of an access token whose last fifth has this width, or ten minutes.</summary>
    public static double LifeFor(double jitter) => Math.Max(ShortestLife, 5 * jitter);

    /// <summary>The middles of the intervals in which the refreshes after a moment are due.</summary>
    public IEnumerable<double> Middles(double after) =>
        Refreshes.Where(refresh => refresh.Earliest >= after).Select(refresh => refresh.Earliest + (Jitter / 2));

    public static VictimTrace Draw(int days, Random random)
    {
        var refreshes = new List<VictimRefresh>();
        for (var day = 0; day < days; day++)
        {
            var begins = (day * Day) + random.Between(7 * 3600, 10 * 3600);
            var ends = begins + (10 * 3600);
            for (var last = begins - ShortestLife; last < ends; last = refreshes[^1].At)
                refreshes.Add(After(last, DefaultJitter, random));
        }
        return new(refreshes);
    }

    /// <summary>The refresh that follows the one at <paramref name="last"/>, with this jitter in seconds.</summary>
    public static VictimRefresh After(double last, double jitter, Random random)
    {
        var earliest = last + LifeFor(jitter) - jitter;
        return new(earliest, earliest + (jitter * random.NextDouble()));
    }
}
