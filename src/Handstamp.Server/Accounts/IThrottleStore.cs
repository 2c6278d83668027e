namespace Handstamp.Server.Accounts;

/// <summary>The counters of failed attempts. They are stored, so a restart forgives nothing.</summary>
interface IThrottleStore
{
    /// <summary>
    /// Counts an attempt before its outcome is known, so that parallel guesses can't slip past. Reads the counter,
    /// applies <see cref="ThrottleRule.Take"/> and writes what it says, as one step.
    /// Returns how long to wait, or null when the attempt may go ahead.
    /// </summary>
    Task<TimeSpan?> TryTakeAsync(ThrottleKey key, ThrottleRule rule, DateTimeOffset now);

    /// <summary>The attempt was good: it no longer counts.</summary>
    Task GiveBackAsync(ThrottleKey key);

    /// <summary>Forgets all that was counted under the key.</summary>
    Task ForgetAsync(ThrottleKey key);

    /// <summary>Deletes at most <paramref name="limit"/> counters untouched since <paramref name="before"/>.</summary>
    Task<int> SweepAsync(DateTimeOffset before, int limit);
}

/// <summary>What is counted: 16 bytes that do not show the address they stand for.</summary>
readonly record struct ThrottleKey(UInt128 Value);

/// <summary>A counter as it is stored.</summary>
readonly record struct ThrottleCounter(int Failures, DateTimeOffset BlockedUntil, DateTimeOffset TouchedAt);
