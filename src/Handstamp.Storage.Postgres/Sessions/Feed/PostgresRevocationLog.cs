using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Sessions.Feed;

/// <summary>Reads what the trigger on sessions and the key store write.</summary>
sealed class PostgresRevocationLog(PostgresStorage storage) : IRevocationLog
{
    static readonly Sql ReadAfter = new("""
        SELECT sequence, at, reason, session_id, account_id, key_id FROM revocations
        WHERE sequence > @sequence AND at >= @since ORDER BY sequence LIMIT @limit
        """);

    static readonly Sql ReadHead = new("""
        SELECT coalesce(epoch, 0), (SELECT coalesce(max(sequence), 0) FROM revocations),
          coalesce(place = database_place() || '/' || tableoid, false), went_back_at
        FROM feed
        """);

    static readonly Sql BeginEpoch = new("""
        UPDATE feed SET epoch = @epoch, place = database_place() || '/' || tableoid,
          went_back_at = coalesce(@went_back_at, went_back_at)
        WHERE coalesce(epoch, 0) = @read
        """);

    static readonly Sql Sweep = new("""
        DELETE FROM revocations WHERE sequence IN (
          SELECT sequence FROM revocations
          WHERE at < @before AND sequence < (SELECT max(sequence) FROM revocations) ORDER BY sequence LIMIT @limit)
        """);

    public Task<IReadOnlyList<Revocation>> ReadAfterAsync(
        long sequence, DateTimeOffset since, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(
            ReadAfter.Call().Bind("@sequence", sequence).Bind("@since", since).Bind("@limit", limit), Read);

    public async Task<LogHead> ReadHeadAsync(CancellationToken cancel) =>
        (await storage.Database.FindAsync(Work.Read, ReadHead.Call(), static row => new LogHead(
            new FeedPosition(row.Int64(0), row.Int64(1)), row.Boolean(2) ? LogPlace.Same : LogPlace.Other, row.TimeOrNull(3))))!;

    public async Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt) =>
        await storage.Database.RunAsync(Work.WriteAgain, BeginEpoch.Call()
            .Bind("@read", read)
            .Bind("@epoch", epoch)
            .Bind("@went_back_at", wentBackAt)) == 1;

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@before", before).Bind("@limit", limit));

    static Revocation Read(Row row) => new()
    {
        Sequence = row.Int64(0),
        At = row.Time(1),
        Reason = (EndReason)row.Int16(2),
        SessionId = row.IdOrNull(3),
        AccountId = row.IdOrNull(4),
        KeyId = row.TextOrNull(5),
    };
}
