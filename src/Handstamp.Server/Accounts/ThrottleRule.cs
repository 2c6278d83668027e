namespace Handstamp.Server.Accounts;

/// <summary>
/// How attempts turn into delays: <see cref="Free"/> of them within <see cref="Memory"/> are free, then each doubles
/// the delay up to <see cref="MaxDelay"/>. They are forgotten one by one, so that the count does not depend on other
/// events, such as a successful login. Pure.
/// </summary>
sealed record ThrottleRule(int Free, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan Memory)
{
    /// <summary>
    /// A number of attempts per period, all at once or spread over it; then one at a time, as they are forgotten.
    /// </summary>
    public static ThrottleRule Pace(int count, TimeSpan period) => new(count, period / count, period / count, period);

    /// <summary>
    /// A number of attempts, of which a month forgets one. After them, no further one is possible until all are forgotten
    /// together (<see cref="IThrottleStore.ForgetAsync"/>).
    /// </summary>
    public static ThrottleRule UntilForgotten(int count) => new(count, ForGood, ForGood, count * TimeSpan.FromDays(30));

    /// <summary>Whether this wait is one that no clock ends. No delay can be set to that.</summary>
    public static bool IsForGood(TimeSpan wait) => wait > AccountOptionsValidator.MostDelay;

    /// <summary>The time in which one attempt is forgotten: whole milliseconds, as stored.</summary>
    public TimeSpan Fading => TimeSpan.FromMilliseconds(Math.Ceiling((Memory / Free).TotalMilliseconds));

    static readonly TimeSpan ForGood = TimeSpan.FromDays(3650);

    // More would not make the delay longer, but would only extend the memory of an attack that is over.
    int Most => Free + (int)Math.Ceiling(Math.Log2(MaxDelay / FirstDelay));

    /// <summary>Counts one attempt. While the delay runs, the attempt is refused and nothing is counted.</summary>
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
    /// Subtracts one counted attempt: the counter is as if there had been none. The attempt did not wait, so there was
    /// no delay.
    /// </summary>
    public ThrottleCounter GiveBack(ThrottleCounter counter) => new(counter.ForgottenAt - Fading, BlockedUntil: default);

    TimeSpan DelayAfter(int count) =>
        TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << (count - Free)));
}
