using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Outbox;

/// <summary>One statement for each operation.</summary>
sealed class PostgresOutboxStore(PostgresStorage storage) : IOutboxStore
{
    /// <summary>Adds an entry. If it runs again, it finds its own row.</summary>
    static readonly Sql Add = new($"{Insert} ON CONFLICT (id) DO NOTHING");

    static readonly Sql TryInsert = new($"""
        {Insert} WHERE (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE dead_at IS NULL LIMIT @most) AS waiting) < @most
        """);

    // Two nodes that look at the same moment get different entries. The one that another node is just leasing still
    // blocks its lane.
    static readonly Sql Lease = new("""
        UPDATE outbox SET attempts = attempts + 1, due_at = @until WHERE id = (
          SELECT id FROM outbox AS next WHERE dead_at IS NULL AND due_at <= @now AND NOT EXISTS (
            SELECT 1 FROM outbox AS earlier WHERE earlier.lane = next.lane AND earlier.id < next.id AND earlier.dead_at IS NULL)
          ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, channel, lane, payload, created_at, attempts
        """);

    static readonly Sql Complete = new($"DELETE FROM outbox {IsOfAttempt}");

    static readonly Sql Postpone = new($"UPDATE outbox SET due_at = @until, failure = @failure {IsOfAttempt}");

    static readonly Sql GiveUp = new($"UPDATE outbox SET dead_at = @now, failure = @failure {IsOfAttempt}");

    static readonly Sql List = new("""
        SELECT id, channel, lane, payload, created_at, attempts, due_at, dead_at, failure FROM outbox
        WHERE id > coalesce(@after, '00000000-0000-0000-0000-000000000000') ORDER BY id LIMIT @limit
        """);

    static readonly Sql Retry = new($"""
        WITH retried AS (UPDATE outbox SET dead_at = NULL, due_at = @now WHERE id = @id AND dead_at IS NOT NULL RETURNING id)
        {EventSql.Insert(from: "FROM retried")}
        """);

    static readonly Sql Sweep =
        new("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE dead_at < @before ORDER BY dead_at LIMIT @limit)");

    const string Insert = """
        INSERT INTO outbox (id, channel, lane, payload, created_at, due_at, attempts)
        SELECT @id, @channel, @lane, @payload, @created_at, @created_at, 0
        """;

    const string IsOfAttempt = "WHERE id = @id AND attempts = @attempt AND dead_at IS NULL";

    // Not repeated: the second run would be refused by the first one's row, as one too many or as a duplicate.
    public async Task<bool> TryAddAsync(OutboxEntry entry, int most) =>
        await storage.Database.RunAsync(Work.WriteOnce, Bind(TryInsert, entry).Bind("@most", most)) == 1;

    // Not repeated: the second run would lease another entry.
    public Task<LeasedEntry?> LeaseAsync(DateTimeOffset now, DateTimeOffset until) =>
        storage.Database.FindAsync(Work.WriteOnce, Lease.Call().Bind("@now", now).Bind("@until", until), Read);

    public Task<bool> CompleteAsync(LeasedEntry entry) => IsDoneAsync(Bind(Complete, entry));

    public Task<bool> PostponeAsync(LeasedEntry entry, DateTimeOffset until, string failure) =>
        IsDoneAsync(Bind(Postpone, entry).Bind("@until", until).Bind("@failure", failure));

    public Task<bool> GiveUpAsync(LeasedEntry entry, DateTimeOffset now, string failure) =>
        IsDoneAsync(Bind(GiveUp, entry).Bind("@now", now).Bind("@failure", failure));

    public Task<IReadOnlyList<ListedEntry>> ListAsync(Guid? after, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(
            List.Call().Bind("@after", after).Bind("@limit", limit),
            static row => new ListedEntry(ReadEntry(row), row.Int32(5), row.Time(6), row.TimeOrNull(7), row.TextOrNull(8)));

    // Not repeated: the second run would find nothing to retry, and report that.
    public async Task<bool> TryRetryAsync(Guid id, Event retried) =>
        await storage.Database.RunAsync(Work.WriteOnce, Retry.Call().Bind("@id", id).Bind("@now", retried.At).BindEvent(retried)) == 1;

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@before", before).Bind("@limit", limit));

    /// <summary>The statement that adds an entry, for the transaction of a change.</summary>
    public static Call CallToAdd(OutboxEntry entry) => Bind(Add, entry);

    // If it runs again after its answer was lost, it says that the lease has passed to another node, which is harmless.
    async Task<bool> IsDoneAsync(Call call) => await storage.Database.RunAsync(Work.WriteAgain, call) == 1;

    static Call Bind(Sql sql, OutboxEntry entry) => sql.Call()
        .Bind("@id", entry.Id)
        .Bind("@channel", entry.Channel)
        .Bind("@lane", entry.Lane)
        .Bind("@payload", entry.Payload)
        .Bind("@created_at", entry.CreatedAt);

    static Call Bind(Sql sql, LeasedEntry leased) => sql.Call().Bind("@id", leased.Entry.Id).Bind("@attempt", leased.Attempt);

    static LeasedEntry Read(Row row) => new(ReadEntry(row), row.Int32(5));

    static OutboxEntry ReadEntry(Row row) => new()
    {
        Id = row.Id(0),
        Channel = row.Text(1),
        Lane = row.Text(2),
        Payload = row.Blob(3),
        CreatedAt = row.Time(4),
    };
}
