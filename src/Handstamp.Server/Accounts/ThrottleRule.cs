namespace Handstamp.Server.Accounts;

/// <summary>
/// How failures turn into waiting: the first <see cref="Free"/> cost nothing, then each doubles the delay up to
/// <see cref="MaxDelay"/>; what lies <see cref="Memory"/> back is forgotten. Pure.
/// </summary>
sealed record ThrottleRule(int Free, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan Memory)
{
    // Further doublings would shift into the sign of the ticks.
    const int MaxDoublings = 62;

    /// <summary>Counts one attempt; while the delay runs the attempt is refused and nothing is counted.</summary>
    public (TimeSpan? Wait, ThrottleCounter Counter) Take(ThrottleCounter? stored, DateTimeOffset now)
    {
        var counter = stored is { } known && now - known.TouchedAt < Memory ? known : default;
        // While attempts are free none waits, also one whose time was read a moment before that of another.
        if (counter.Failures >= Free && now < counter.BlockedUntil) return (counter.BlockedUntil - now, counter);

        var failures = (int)Math.Min(int.MaxValue, counter.Failures + 1L);
        return (null, new ThrottleCounter(failures, now + DelayAfter(failures), now));
    }

    /// <summary>Takes one counted attempt back, because it was good.</summary>
    public static ThrottleCounter GiveBack(ThrottleCounter counter) =>
        new(Math.Max(0, counter.Failures - 1), BlockedUntil: default, counter.TouchedAt);

    TimeSpan DelayAfter(int failures)
    {
        if (failures < Free) return TimeSpan.Zero;
        var doublings = Math.Min(failures - Free, MaxDoublings);
        // Compared the other way round, because the shifted delay may not fit into its 64 bits.
        return FirstDelay.Ticks > MaxDelay.Ticks >> doublings
            ? MaxDelay
            : TimeSpan.FromTicks(FirstDelay.Ticks << doublings);
    }
}
