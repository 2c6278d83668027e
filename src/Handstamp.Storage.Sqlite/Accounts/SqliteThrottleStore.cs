using Handstamp.Server.Accounts;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>
/// Reads, lets the rule decide, and writes. This is one step, because the writer runs one operation at a time.
/// </summary>
sealed class SqliteThrottleStore(SqliteStorage storage) : IThrottleStore
{
    const string Find = "SELECT forgotten_at, blocked_until FROM throttle WHERE key = @key";

    const string Put = """
        INSERT INTO throttle (key, forgotten_at, blocked_until) VALUES (@key, @forgotten_at, @blocked_until)
        ON CONFLICT (key) DO UPDATE SET forgotten_at = @forgotten_at, blocked_until = @blocked_until
        """;

    const string Delete = "DELETE FROM throttle WHERE key = @key";

    const string Sweep = """
        DELETE FROM throttle WHERE key IN
          (SELECT key FROM throttle WHERE forgotten_at < @now AND blocked_until < @now LIMIT @limit)
        """;

    public Task<TimeSpan?> TryTakeAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset now) =>
        storage.Writer.RunAllAsync((throttles, now), static (database, attempt) =>
        {
            var taken = attempt.throttles
                .Select(throttle => throttle.Rule.Take(Read(database, throttle.Key), attempt.now)).ToList();
            var wait = taken.Max(one => one.Wait);
            if (wait is null)
                foreach (var (throttle, one) in attempt.throttles.Zip(taken)) Write(database, throttle.Key, one.Counter);
            return wait;
        });

    public Task GiveBackAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset takenAt) =>
        storage.Writer.RunAllAsync((throttles, takenAt), static (database, attempt) =>
        {
            foreach (var (key, rule) in attempt.throttles)
                if (Read(database, key) is { } counter) WriteOrDelete(database, key, rule.GiveBack(counter), attempt.takenAt);
            return true;
        });

    public Task ForgetAsync(IReadOnlyList<ThrottleKey> keys) =>
        storage.Writer.RunAllAsync(keys, static (database, keys) =>
        {
            foreach (var key in keys) Forget(database, key);
            return true;
        });

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Writer.RunAsync((now, limit), static (database, old) =>
        {
            using var delete = database.Use(Sweep).Bind("@now", old.now).Bind("@limit", old.limit);
            return delete.Run();
        });

    static ThrottleCounter? Read(Connection database, ThrottleKey key)
    {
        using var select = database.Use(Find).BindBytes("@key", key.Value);
        return select.Step() ? new ThrottleCounter(select.Time(0), select.Time(1)) : null;
    }

    static void WriteOrDelete(Connection database, ThrottleKey key, ThrottleCounter counter, DateTimeOffset takenAt)
    {
        if (counter.ForgottenAt > takenAt)
        {
            Write(database, key, counter);
            return;
        }
        Forget(database, key);
    }

    static void Forget(Connection database, ThrottleKey key)
    {
        using var delete = database.Use(Delete).BindBytes("@key", key.Value);
        delete.Run();
    }

    static void Write(Connection database, ThrottleKey key, ThrottleCounter counter)
    {
        using var upsert = database.Use(Put)
            .BindBytes("@key", key.Value)
            .Bind("@forgotten_at", counter.ForgottenAt)
            .Bind("@blocked_until", counter.BlockedUntil);
        upsert.Run();
    }
}
