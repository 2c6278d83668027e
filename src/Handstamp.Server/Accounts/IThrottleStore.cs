namespace Handstamp.Server.Accounts;

/// <summary>The counters of attempts. They are stored, so a restart forgives nothing.</summary>
interface IThrottleStore
{
    /// <summary>
    /// Counts an attempt before its outcome is known, so that parallel guesses can't slip past: under all keys, or under
    /// none if one of them has to wait. Reads the counters, applies <see cref="ThrottleRule.Take"/> and writes what it
    /// says, as one step. Returns how long to wait, or null when the attempt may go ahead. A refused attempt leaves
    /// nothing behind.
    /// </summary>
    Task<TimeSpan?> TryTakeAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset now);

    /// <summary>An attempt that was counted at that time no longer counts; a counter of nothing else goes.</summary>
    Task GiveBackAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset takenAt);

    /// <summary>Deletes at most <paramref name="limit"/> counters that say nothing any more.</summary>
    Task<int> SweepAsync(DateTimeOffset now, int limit);
}

/// <summary>What an attempt is counted under, and the rule for it.</summary>
readonly record struct Throttle(ThrottleKey Key, ThrottleRule Rule);

/// <summary>What is counted: 16 bytes that do not show the address they stand for.</summary>
readonly record struct ThrottleKey(UInt128 Value);

/// <summary>A counter as it is stored: the later it is forgotten, the more it has counted.</summary>
readonly record struct ThrottleCounter(DateTimeOffset ForgottenAt, DateTimeOffset BlockedUntil);
