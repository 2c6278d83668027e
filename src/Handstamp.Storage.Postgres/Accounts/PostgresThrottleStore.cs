using Handstamp.Server.Accounts;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// Holds the counters' rows, lets the rule decide, writes: whoever counts under the same key waits. All hold them in the
/// order of the keys, so that no two wait for each other.
/// </summary>
sealed class PostgresThrottleStore(PostgresStorage storage) : IThrottleStore
{
    static readonly Sql Find = new("SELECT forgotten_at, blocked_until FROM throttle WHERE key = @key");

    // A counter that was forgotten in 1970 is as good as none. The update changes nothing and holds the row.
    static readonly Sql Hold = new("""
        INSERT INTO throttle (key, forgotten_at, blocked_until) VALUES (@key, 0, 0)
        ON CONFLICT (key) DO UPDATE SET blocked_until = throttle.blocked_until
        RETURNING forgotten_at, blocked_until
        """);

    static readonly Sql Write = new("""
        UPDATE throttle SET forgotten_at = @forgotten_at, blocked_until = @blocked_until WHERE key = @key
        """);

    static readonly Sql Delete = new("DELETE FROM throttle WHERE key = @key");

    static readonly Sql Sweep = new("""
        DELETE FROM throttle WHERE key IN
          (SELECT key FROM throttle WHERE forgotten_at < @now AND blocked_until < @now LIMIT @limit)
        """);

    public Task<TimeSpan?> TryTakeAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset now) =>
        storage.Database.TransactAsync((throttles: InOrder(throttles), now), static async (connection, attempt) =>
            // Without a lock at first: what is refused leaves nothing behind, not even a row that is rolled back.
            await TakeAsync(connection, attempt.throttles, attempt.now, Find, write: false)
                ?? await TakeAsync(connection, attempt.throttles, attempt.now, Hold, write: true),
            kept: static wait => wait is null);

    public Task GiveBackAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset takenAt) =>
        storage.Database.TransactAsync((throttles: InOrder(throttles), takenAt), static async (connection, attempt) =>
        {
            foreach (var (key, rule) in attempt.throttles)
            {
                var counter = rule.GiveBack(await ByKey(Hold, key).FindAsync(connection, Read));
                await (counter.ForgottenAt > attempt.takenAt ? Put(key, counter) : ByKey(Delete, key)).RunAsync(connection);
            }
            return true;
        }, kept: static _ => true);

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@now", now).Bind("@limit", limit));

    /// <summary>The longest of the waits; null when there is none, and then all are counted.</summary>
    static async Task<TimeSpan?> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<Throttle> throttles, DateTimeOffset now, Sql read, bool write)
    {
        TimeSpan? longest = null;
        foreach (var (key, rule) in throttles)
        {
            var (wait, counter) = rule.Take(await ByKey(read, key).FindAsync(connection, Read), now);
            longest = wait > longest || longest is null ? wait : longest;
            if (write) await Put(key, counter).RunAsync(connection);
        }
        return longest;
    }

    static IReadOnlyList<Throttle> InOrder(IReadOnlyList<Throttle> throttles) =>
        [.. throttles.OrderBy(throttle => throttle.Key.Value)];

    static ThrottleCounter Read(Row row) => new(row.Time(0), row.Time(1));

    static Call ByKey(Sql sql, ThrottleKey key) => sql.Call().BindBytes("@key", key.Value);

    static Call Put(ThrottleKey key, ThrottleCounter counter) => ByKey(Write, key)
        .Bind("@forgotten_at", counter.ForgottenAt)
        .Bind("@blocked_until", counter.BlockedUntil);
}
