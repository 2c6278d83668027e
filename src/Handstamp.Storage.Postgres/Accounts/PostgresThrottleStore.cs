using Handstamp.Server.Accounts;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>Holds the counter's row, lets the rule decide, writes: whoever counts under the same key waits.</summary>
sealed class PostgresThrottleStore(PostgresStorage storage) : IThrottleStore
{
    // A counter that nobody has touched since 1970 is as good as none. The update changes nothing and holds the row.
    static readonly Sql Hold = new("""
        INSERT INTO throttle (key, failures, blocked_until, touched_at) VALUES (@key, 0, 0, 0)
        ON CONFLICT (key) DO UPDATE SET failures = throttle.failures
        RETURNING failures, blocked_until, touched_at
        """);

    static readonly Sql Write = new("""
        UPDATE throttle SET failures = @failures, blocked_until = @blocked_until, touched_at = @touched_at WHERE key = @key
        """);

    static readonly Sql GiveBack = new("""
        UPDATE throttle SET failures = greatest(0, failures - 1), blocked_until = @never WHERE key = @key
        """);

    static readonly Sql Forget = new("DELETE FROM throttle WHERE key = @key");

    static readonly Sql Sweep = new("""
        DELETE FROM throttle WHERE key IN (SELECT key FROM throttle WHERE touched_at < @before LIMIT @limit)
        """);

    public Task<TimeSpan?> TryTakeAsync(ThrottleKey key, ThrottleRule rule, DateTimeOffset now) =>
        storage.Database.TransactAsync((key, rule, now), static async (connection, attempt) =>
        {
            var stored = await Hold.Call().BindBytes("@key", attempt.key.Value).FindAsync(connection, Read);
            var (wait, counter) = attempt.rule.Take(stored, attempt.now);
            if (wait is null) await Put(attempt.key, counter).RunAsync(connection);
            return wait;
        }, kept: static wait => wait is null);

    public Task GiveBackAsync(ThrottleKey key)
    {
        var nothing = ThrottleRule.GiveBack(default);
        return storage.Database.RunAsync(Work.WriteOnce,
            GiveBack.Call().BindBytes("@key", key.Value).Bind("@never", nothing.BlockedUntil));
    }

    public Task ForgetAsync(ThrottleKey key) =>
        storage.Database.RunAsync(Work.WriteAgain, Forget.Call().BindBytes("@key", key.Value));

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@before", before).Bind("@limit", limit));

    static ThrottleCounter Read(Row row) => new(row.Int32(0), row.Time(1), row.Time(2));

    static Call Put(ThrottleKey key, ThrottleCounter counter) => Write.Call()
        .BindBytes("@key", key.Value)
        .Bind("@failures", counter.Failures)
        .Bind("@blocked_until", counter.BlockedUntil)
        .Bind("@touched_at", counter.TouchedAt);
}
