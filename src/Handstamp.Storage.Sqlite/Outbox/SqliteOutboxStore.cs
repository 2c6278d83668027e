using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Outbox;

/// <summary>One statement for each operation.</summary>
sealed class SqliteOutboxStore(SqliteStorage storage) : IOutboxStore
{
    const string Insert = """
        INSERT INTO outbox (id, channel, lane, payload, created_at, due_at, attempts)
        SELECT @id, @channel, @lane, @payload, @created_at, @created_at, 0
        """;

    const string TryInsert = $"""
        {Insert} WHERE (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE dead_at IS NULL LIMIT @most)) < @most
        """;

    const string Lease = """
        UPDATE outbox SET attempts = attempts + 1, due_at = @until WHERE id = (
          SELECT id FROM outbox AS next WHERE dead_at IS NULL AND due_at <= @now AND NOT EXISTS (
            SELECT 1 FROM outbox AS earlier WHERE earlier.lane = next.lane AND earlier.id < next.id AND earlier.dead_at IS NULL)
          ORDER BY due_at, id LIMIT 1)
        RETURNING id, channel, lane, payload, created_at, attempts
        """;

    const string IsOfAttempt = "WHERE id = @id AND attempts = @attempt AND dead_at IS NULL";

    const string Complete = $"DELETE FROM outbox {IsOfAttempt}";

    const string Postpone = $"UPDATE outbox SET due_at = @until, failure = @failure {IsOfAttempt}";

    const string GiveUp = $"UPDATE outbox SET dead_at = @now, failure = @failure {IsOfAttempt}";

    const string List = """
        SELECT id, channel, lane, payload, created_at, attempts, due_at, dead_at, failure FROM outbox
        WHERE id > coalesce(@after, x'') ORDER BY id LIMIT @limit
        """;

    const string Retry = "UPDATE outbox SET dead_at = NULL, due_at = @now WHERE id = @id AND dead_at IS NOT NULL";

    const string Sweep = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE dead_at < @before ORDER BY dead_at LIMIT @limit)";

    public Task<bool> TryAddAsync(OutboxEntry entry, int most) =>
        storage.Writer.RunAsync((entry, most), static (database, row) =>
        {
            using var insert = Bind(database.Use(TryInsert), row.entry).Bind("@most", row.most);
            return insert.Run() == 1;
        });

    public Task<LeasedEntry?> LeaseAsync(DateTimeOffset now, DateTimeOffset until) =>
        storage.Writer.RunAsync((now, until), static (database, lease) =>
        {
            using var update = database.Use(Lease).Bind("@now", lease.now).Bind("@until", lease.until);
            return update.Step() ? Read(update) : null;
        });

    public Task<bool> CompleteAsync(LeasedEntry entry) => storage.Writer.RunAsync(entry, static (database, entry) =>
    {
        using var delete = Bind(database.Use(Complete), entry);
        return delete.Run() == 1;
    });

    public Task<bool> PostponeAsync(LeasedEntry entry, DateTimeOffset until, string failure) =>
        storage.Writer.RunAsync((entry, until, failure), static (database, pause) =>
        {
            using var update = Bind(database.Use(Postpone), pause.entry).Bind("@until", pause.until).Bind("@failure", pause.failure);
            return update.Run() == 1;
        });

    public Task<bool> GiveUpAsync(LeasedEntry entry, DateTimeOffset now, string failure) =>
        storage.Writer.RunAsync((entry, now, failure), static (database, end) =>
        {
            using var update = Bind(database.Use(GiveUp), end.entry).Bind("@now", end.now).Bind("@failure", end.failure);
            return update.Run() == 1;
        });

    public Task<IReadOnlyList<ListedEntry>> ListAsync(Guid? after, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((after, limit), static (database, asked) =>
        {
            using var select = database.Use(List).Bind("@after", asked.after).Bind("@limit", asked.limit);
            return select.ReadAll(row => new ListedEntry(ReadEntry(row), row.Int32(5), row.Time(6), row.TimeOrNull(7), row.TextOrNull(8)));
        }, cancel);

    public Task<bool> TryRetryAsync(Guid id, Event retried) =>
        storage.Writer.RunAllAsync((id, retried), static (database, retry) =>
        {
            using var update = database.Use(Retry).Bind("@id", retry.id).Bind("@now", retry.retried.At);
            if (update.Run() == 0) return false;
            SqliteEventStore.Add(database, retry.retried);
            return true;
        });

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Writer.RunAsync((before, limit), static (database, old) =>
        {
            using var delete = database.Use(Sweep).Bind("@before", old.before).Bind("@limit", old.limit);
            return delete.Run();
        });

    /// <summary>Adds an entry, inside the caller's transaction.</summary>
    public static void Add(Connection database, OutboxEntry entry)
    {
        using var insert = database.Use(Insert);
        Bind(insert, entry).Run();
    }

    static Statement Bind(Statement statement, OutboxEntry entry) => statement
        .Bind("@id", entry.Id)
        .Bind("@channel", entry.Channel)
        .Bind("@lane", entry.Lane)
        .Bind("@payload", entry.Payload)
        .Bind("@created_at", entry.CreatedAt);

    static Statement Bind(Statement statement, LeasedEntry leased) =>
        statement.Bind("@id", leased.Entry.Id).Bind("@attempt", leased.Attempt);

    static LeasedEntry Read(Statement row) => new(ReadEntry(row), row.Int32(5));

    static OutboxEntry ReadEntry(Statement row) => new()
    {
        Id = row.Id(0),
        Channel = row.Text(1),
        Lane = row.Text(2),
        Payload = row.Blob(3).ToArray(),
        CreatedAt = row.Time(4),
    };
}
