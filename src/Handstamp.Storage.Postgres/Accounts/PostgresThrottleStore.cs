using System.Buffers.Binary;
using System.Globalization;
using Handstamp.Server.Accounts;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// Locks the counters' rows, lets the rule decide, and writes. Other attempts under the same key wait. All lock the
/// rows in the order of the keys, so that no two wait for each other. Lists are bound as texts with commas, because the
/// driver, as linked here, has no arrays.
/// </summary>
sealed class PostgresThrottleStore(PostgresStorage storage) : IThrottleStore
{
    static readonly Sql FindBlock = new("""
        SELECT max(blocked_until) FROM throttle WHERE key = ANY(string_to_array(@keys, ',')::uuid[])
        """);

    // A counter that was forgotten in 1970 counts as none. The update changes nothing and locks the row.
    static readonly Sql Hold = new("""
        INSERT INTO throttle (key, forgotten_at, blocked_until)
        SELECT key, 0, 0 FROM unnest(string_to_array(@keys, ',')::uuid[]) AS key ORDER BY key
        ON CONFLICT (key) DO UPDATE SET blocked_until = throttle.blocked_until
        RETURNING key, forgotten_at, blocked_until
        """);

    static readonly Sql Put = new("""
        INSERT INTO throttle (key, forgotten_at, blocked_until)
        SELECT * FROM unnest(string_to_array(@keys, ',')::uuid[], string_to_array(@forgotten, ',')::bigint[],
          string_to_array(@blocked, ',')::bigint[])
        ON CONFLICT (key) DO UPDATE SET forgotten_at = excluded.forgotten_at, blocked_until = excluded.blocked_until
        """);

    // In the order of the keys, as all others lock them.
    static readonly Sql Forget = new("""
        DELETE FROM throttle WHERE key IN
          (SELECT key FROM throttle WHERE key = ANY(string_to_array(@keys, ',')::uuid[]) ORDER BY key FOR UPDATE)
        """);

    static readonly Sql DeleteForgotten = new("""
        DELETE FROM throttle WHERE key = ANY(string_to_array(@keys, ',')::uuid[]) AND forgotten_at <= @taken_at
        """);

    static readonly Sql Sweep = new("""
        DELETE FROM throttle WHERE key IN
          (SELECT key FROM throttle WHERE forgotten_at < @now AND blocked_until < @now LIMIT @limit)
        """);

    public async Task<TimeSpan?> TryTakeAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset now) =>
        // First without a lock: a refused attempt leaves nothing behind, not even a row that is rolled back.
        await FindWaitAsync(throttles, now)
            ?? await storage.Database.TransactAsync((throttles, now), static async (connection, attempt) =>
            {
                var counters = await HoldAsync(connection, attempt.throttles);
                var taken = attempt.throttles.Select(throttle => throttle.Rule.Take(counters[Id(throttle)], attempt.now)).ToList();
                var wait = taken.Max(one => one.Wait);
                if (wait is null) await PutAsync(connection, attempt.throttles, taken.Select(one => one.Counter));
                return wait;
            }, kept: static wait => wait is null);

    public Task GiveBackAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset takenAt) =>
        storage.Database.TransactAsync((throttles, takenAt), static async (connection, attempt) =>
        {
            var counters = await HoldAsync(connection, attempt.throttles);
            await PutAsync(connection, attempt.throttles,
                attempt.throttles.Select(throttle => throttle.Rule.GiveBack(counters[Id(throttle)])));
            await DeleteForgotten.Call().Bind("@keys", Keys(attempt.throttles)).Bind("@taken_at", attempt.takenAt).RunAsync(connection);
            return true;
        }, kept: static _ => true);

    public Task ForgetAsync(IReadOnlyList<ThrottleKey> keys) =>
        storage.Database.RunAsync(Work.WriteAgain, Forget.Call().Bind("@keys", Keys(keys)));

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@now", now).Bind("@limit", limit));

    async Task<TimeSpan?> FindWaitAsync(IReadOnlyList<Throttle> throttles, DateTimeOffset now)
    {
        var blockedUntil = await storage.Database.FindAsync(
            Work.Read, FindBlock.Call().Bind("@keys", Keys(throttles)), row => row.TimeOrNull(0));
        return blockedUntil > now ? blockedUntil - now : null;
    }

    static async Task<Dictionary<Guid, ThrottleCounter>> HoldAsync(NpgsqlConnection connection, IReadOnlyList<Throttle> throttles)
    {
        var rows = await Hold.Call().Bind("@keys", Keys(throttles)).ReadAllAsync(connection, row =>
            (Key: row.Id(0), Counter: new ThrottleCounter(row.Time(1), row.Time(2))));
        return rows.ToDictionary(row => row.Key, row => row.Counter);
    }

    static Task<int> PutAsync(
        NpgsqlConnection connection, IReadOnlyList<Throttle> throttles, IEnumerable<ThrottleCounter> counters) =>
        Put.Call()
            .Bind("@keys", Keys(throttles))
            .Bind("@forgotten", Times(counters.Select(counter => counter.ForgottenAt)))
            .Bind("@blocked", Times(counters.Select(counter => counter.BlockedUntil)))
            .RunAsync(connection);

    static string Keys(IEnumerable<Throttle> throttles) => Keys(throttles.Select(throttle => throttle.Key));

    static string Keys(IEnumerable<ThrottleKey> keys) => string.Join(',', keys.Select(Id));

    static string Times(IEnumerable<DateTimeOffset> times) => string.Join(',', times.Select(
        time => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));

    static Guid Id(Throttle throttle) => Id(throttle.Key);

    static Guid Id(ThrottleKey key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key.Value);
        return new Guid(bytes, bigEndian: true);
    }
}
