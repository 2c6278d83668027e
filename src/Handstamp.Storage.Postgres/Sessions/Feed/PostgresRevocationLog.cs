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

    static readonly Sql ReadLast = new("SELECT coalesce(max(sequence), 0) FROM revocations");

    static readonly Sql Sweep = new("""
        DELETE FROM revocations WHERE sequence IN (
          SELECT sequence FROM revocations
          WHERE at < @before AND sequence < (SELECT max(sequence) FROM revocations) ORDER BY sequence LIMIT @limit)
        """);

    public Task<IReadOnlyList<Revocation>> ReadAfterAsync(
        long sequence, DateTimeOffset since, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(
            ReadAfter.Call().Bind("@sequence", sequence).Bind("@since", since).Bind("@limit", limit), Read);

    public Task<long> ReadLastSequenceAsync(CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, ReadLast.Call(), static row => row.Int64(0));

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
