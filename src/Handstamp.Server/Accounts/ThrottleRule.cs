namespace Handstamp.Server.Accounts;

/// <summary>
/// How attempts turn into waiting: <see cref="Free"/> of them in the time of <see cref="Memory"/> cost nothing, then each
/// doubles the delay up to <see cref="MaxDelay"/>. They are forgotten one by one, so that what is counted does not
/// depend on what else happened, such as a good login. Pure.
/// </summary>
sealed record ThrottleRule(int Free, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan Memory)
{
    /// <summary>So many in a period, as a burst or spread over it; then one at a time, as they are forgotten.</summary>
    public static ThrottleRule Pace(int count, TimeSpan period) => new(count, period / count, period / count, period);

    /// <summary>In so long one attempt is forgotten: whole milliseconds, as they are stored.</summary>
    public TimeSpan Fading => TimeSpan.FromMilliseconds(Math.Ceiling((Memory / Free).TotalMilliseconds));

    // More would not prolong the delay, only the memory of an attack that is over.
    int Most => Free + (int)Math.Ceiling(Math.Log2(MaxDelay / FirstDelay));

    /// <summary>Counts one attempt; while the delay runs the attempt is refused and nothing is counted.</summary>
    public (TimeSpan? Wait, ThrottleCounter Counter) Take(ThrottleCounter? stored, DateTimeOffset now)
    {
        var counter = stored ?? default;
        if (now < counter.BlockedUntil) return (counter.BlockedUntil - now, counter);

        var remembered = counter.ForgottenAt > now ? counter.ForgottenAt - now : TimeSpan.Zero;
        var count = (int)Math.Min(Most, Math.Ceiling(remembered / Fading) + 1);
        var forgottenIn = TimeSpan.FromTicks(Math.Min((remembered + Fading).Ticks, (Fading * Most).Ticks));
        return (null, new ThrottleCounter(now + forgottenIn, count < Free ? default : now + DelayAfter(count)));
    }

    /// <summary>
    /// Takes one counted attempt back: the counter is as if there had been none. It did not wait, so no delay ran.
    /// </summary>
    public ThrottleCounter GiveBack(ThrottleCounter counter) => new(counter.ForgottenAt - Fading, BlockedUntil: default);

    TimeSpan DelayAfter(int count) =>
        TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << (count - Free)));
}
