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

    const string ReadHead = """
        SELECT coalesce(epoch, 0), (SELECT coalesce(max(sequence), 0) FROM revocations), is_copy, went_back_at
        FROM feed
        """;

    const string BeginEpoch = """
        UPDATE feed SET epoch = @epoch, is_copy = 0, went_back_at = coalesce(@went_back_at, went_back_at)
        WHERE coalesce(epoch, 0) = @read
        """;

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

    public Task<LogHead> ReadHeadAsync(CancellationToken cancel) =>
        storage.Readers.ReadAsync(this, static (database, _) =>
        {
            using var select = database.Use(ReadHead);
            select.Step();
            return new LogHead(
                new FeedPosition(select.Int64(0), select.Int64(1)),
                select.Int32(2) == 1 ? LogPlace.Backup : LogPlace.Same,
                select.TimeOrNull(3));
        }, cancel);

    public Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt) =>
        storage.Writer.RunAsync((read, epoch, wentBackAt), static (database, begun) =>
        {
            using var update = database.Use(BeginEpoch)
                .Bind("@read", begun.read)
                .Bind("@epoch", begun.epoch)
                .Bind("@went_back_at", begun.wentBackAt);
            return update.Run() == 1;
        });

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
