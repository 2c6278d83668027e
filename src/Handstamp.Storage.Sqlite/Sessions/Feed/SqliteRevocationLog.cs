using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Sessions.Feed;

/// <summary>Reads what the trigger on sessions and the key store write.</summary>
sealed class SqliteRevocationLog(SqliteStorage storage) : IRevocationLog
{
    const string ReadAfter = """
        SELECT sequence, at, reason, session_id, account_id, key_id FROM revocations
        WHERE sequence > @sequence AND at >= @since ORDER BY sequence LIMIT @limit
        """;

    const string ReadLast = "SELECT coalesce(max(sequence), 0) FROM revocations";

    const string Sweep = """
        DELETE FROM revocations WHERE sequence IN (
          SELECT sequence FROM revocations
          WHERE at < @before AND sequence < (SELECT max(sequence) FROM revocations) ORDER BY sequence LIMIT @limit)
        """;

    public Task<IReadOnlyList<Revocation>> ReadAfterAsync(
        long sequence, DateTimeOffset since, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((sequence, since, limit), static (database, asked) =>
        {
            using var select = database.Use(ReadAfter)
                .Bind("@sequence", asked.sequence)
                .Bind("@since", asked.since)
                .Bind("@limit", asked.limit);
            return select.ReadAll(Read);
        }, cancel);

    public Task<long> ReadLastSequenceAsync(CancellationToken cancel) =>
        storage.Readers.ReadAsync(this, static (database, _) =>
        {
            using var select = database.Use(ReadLast);
            select.Step();
            return select.Int64(0);
        }, cancel);

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Writer.RunAsync((before, limit), static (database, old) =>
        {
            using var delete = database.Use(Sweep).Bind("@before", old.before).Bind("@limit", old.limit);
            return delete.Run();
        });

    static Revocation Read(Statement row) => new()
    {
        Sequence = row.Int64(0),
        At = row.Time(1),
        Reason = (EndReason)row.Int32(2),
        SessionId = row.IdOrNull(3),
        AccountId = row.IdOrNull(4),
        KeyId = row.TextOrNull(5),
    };
}
