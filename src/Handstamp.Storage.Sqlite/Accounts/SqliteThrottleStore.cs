using Handstamp.Server.Accounts;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>Reads, lets the rule decide, writes: one step, because the writer runs one operation at a time.</summary>
sealed class SqliteThrottleStore(SqliteStorage storage) : IThrottleStore
{
    const string Find = "SELECT failures, blocked_until, touched_at FROM throttle WHERE key = @key";

    const string Put = """
        INSERT INTO throttle (key, failures, blocked_until, touched_at)
        VALUES (@key, @failures, @blocked_until, @touched_at)
        ON CONFLICT (key) DO UPDATE SET failures = @failures, blocked_until = @blocked_until, touched_at = @touched_at
        """;

    const string Forget = "DELETE FROM throttle WHERE key = @key";

    const string Sweep =
        "DELETE FROM throttle WHERE key IN (SELECT key FROM throttle WHERE touched_at < @before LIMIT @limit)";

    public Task<TimeSpan?> TryTakeAsync(ThrottleKey key, ThrottleRule rule, DateTimeOffset now) =>
        storage.Writer.RunAsync((key, rule, now), static (database, attempt) =>
        {
            var (wait, counter) = attempt.rule.Take(Read(database, attempt.key), attempt.now);
            if (wait is null) Write(database, attempt.key, counter);
            return wait;
        });

    public Task GiveBackAsync(ThrottleKey key) =>
        storage.Writer.RunAsync(key, static (database, key) =>
        {
            if (Read(database, key) is not { } counter) return false;
            Write(database, key, ThrottleRule.GiveBack(counter));
            return true;
        });

    public Task ForgetAsync(ThrottleKey key) =>
        storage.Writer.RunAsync(key, static (database, key) =>
        {
            using var delete = database.Use(Forget).BindBytes("@key", key.Value);
            return delete.Run();
        });

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Writer.RunAsync((before, limit), static (database, old) =>
        {
            using var delete = database.Use(Sweep).Bind("@before", old.before).Bind("@limit", old.limit);
            return delete.Run();
        });

    static ThrottleCounter? Read(Connection database, ThrottleKey key)
    {
        using var select = database.Use(Find).BindBytes("@key", key.Value);
        return select.Step() ? new ThrottleCounter(select.Int32(0), select.Time(1), select.Time(2)) : null;
    }

    static void Write(Connection database, ThrottleKey key, ThrottleCounter counter)
    {
        using var upsert = database.Use(Put)
            .BindBytes("@key", key.Value)
            .Bind("@failures", counter.Failures)
            .Bind("@blocked_until", counter.BlockedUntil)
            .Bind("@touched_at", counter.TouchedAt);
        upsert.Run();
    }
}
