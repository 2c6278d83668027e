namespace Handstamp.Server.Accounts;

/// <summary>The counters of attempts. They are stored, so a restart does not reset them.</summary>
interface IThrottleStore
{
    /// <summary>
    /// Counts an attempt before its outcome is known, so that parallel guesses are all counted: under all keys, or
    /// under none if one of them has to wait. Reads the counters, applies <see cref="ThrottleRule.Take"/> and writes
    /// the result, as one step. Returns how long to wait, or null if the attempt may continue. A refused attempt leaves
    /// nothing behind.
    /// </summary>
    Task<TimeSpan?> TryTakeAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset now);

    /// <summary>
    /// An attempt that was counted at that time no longer counts. A counter that goes back to zero is deleted.
    /// </summary>
    Task GiveBackAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset takenAt);

    /// <summary>Deletes these counters: all that they have counted no longer counts.</summary>
    Task ForgetAsync(IReadOnlyList<ThrottleKey> keys);

    /// <summary>Deletes at most <paramref name="limit"/> counters that have run out.</summary>
    Task<int> SweepAsync(DateTimeOffset now, int limit);
}

/// <summary>The key under which an attempt is counted, and its rule.</summary>
readonly record struct Throttle(ThrottleKey Key, ThrottleRule Rule);

/// <summary>The subject of the counter: 16 bytes that do not show the address that they stand for.</summary>
readonly record struct ThrottleKey(UInt128 Value);

/// <summary>A counter as it is stored: the more it has counted, the later it is forgotten.</summary>
readonly record struct ThrottleCounter(DateTimeOffset ForgottenAt, DateTimeOffset BlockedUntil);
