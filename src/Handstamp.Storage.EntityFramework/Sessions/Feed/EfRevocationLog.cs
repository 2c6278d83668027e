using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Sessions.Feed;

/// <summary>Reads what <see cref="Endings"/> writes. It cannot tell that a database is a copy: only its numbers say so.</summary>
sealed class EfRevocationLog(SessionDatabase database) : IRevocationLog
{
    public Task<IReadOnlyList<Revocation>> ReadAfterAsync(long sequence, DateTimeOffset since, int limit, CancellationToken cancel) =>
        database.RunAsync<IReadOnlyList<Revocation>>(async unit =>
        {
            var oldest = since.ToUnixTimeMilliseconds();
            var rows = await unit.Revocations.AsNoTracking().Where(row => row.Sequence > sequence && row.At >= oldest)
                .OrderBy(row => row.Sequence).Take(limit).ToListAsync(cancel);
            return [.. rows.Select(ToRevocation)];
        });

    public Task<LogHead> ReadHeadAsync(CancellationToken cancel) => database.RunAsync(async unit =>
    {
        var entries = unit.Revocations;
        // One statement, so that both are of the same moment.
        var head = await unit.Feed.AsNoTracking()
            .Select(row => new { row.Epoch, row.WentBackAt, Last = entries.Max(entry => (long?)entry.Sequence) }).FirstAsync(cancel);
        return new LogHead(new FeedPosition(head.Epoch, head.Last ?? 0), LogPlace.Same, Time.Of(head.WentBackAt));
    });

    public Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt) =>
        database.RunAsync(unit => database.WriteAsync(unit, async () =>
        {
            var at = wentBackAt?.ToUnixTimeMilliseconds();
            return await unit.Feed.Where(row => row.Epoch == read).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Epoch, epoch)
                .SetProperty(row => row.WentBackAt, row => at ?? row.WentBackAt)) == 1;
        }));

    public Task<int> SweepAsync(DateTimeOffset before, int limit) => database.RunAsync(async unit =>
    {
        var oldest = before.ToUnixTimeMilliseconds();
        var old = await unit.Revocations
            .Where(row => row.At < oldest && row.Sequence < unit.Revocations.Max(entry => entry.Sequence))
            .OrderBy(row => row.Sequence).Take(limit).Select(row => row.Sequence).ToListAsync();
        return old.Count == 0 ? 0 : await database.WriteAsync(unit, () =>
            unit.Revocations.Where(row => old.Contains(row.Sequence)).ExecuteDeleteAsync());
    });

    static Revocation ToRevocation(RevocationRow row) => new()
    {
        Sequence = row.Sequence,
        At = Time.Of(row.At),
        Reason = (EndReason)row.Reason,
        SessionId = row.SessionId,
        AccountId = row.AccountId,
        Subject = row is { UserId: { } user, AccountId: { } account } ? UserIds.ToSubject(user, account) : null,
        KeyId = row.KeyId,
    };
}
