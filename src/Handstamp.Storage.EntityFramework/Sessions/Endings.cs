using Handstamp.Server.Audit;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Sessions;

/// <summary>
/// Ends sessions and puts them on the feed, inside the caller's transaction. The entries are made from the rows that this end has
/// marked, so no session is on the feed twice.
/// </summary>
static class Endings
{
    /// <summary>The sessions that are alive. The idle expiry is never past the absolute one, so it alone decides.</summary>
    public static IQueryable<SessionRow> Live(this Unit unit, DateTimeOffset at)
    {
        var now = at.ToUnixTimeMilliseconds();
        var keys = unit.Keys;
        return unit.Sessions.Where(row => row.RevokedAt == null && row.IdleExpiresAt > now
            && !keys.Any(key => key.Id == row.MacKey && key.RevokedAt != null));
    }

    /// <summary>
    /// Ends the sessions of <paramref name="among"/> that are alive. Returns the event, or null if there were none.
    /// </summary>
    /// <param name="unit">The transaction.</param>
    /// <param name="among">Those of one account, or one session: what an index finds.</param>
    /// <param name="ending">Why, when and by whom.</param>
    /// <param name="ended">The event, which does not say yet how many.</param>
    public static async Task<Event?> EndAsync(
        this Unit unit, Func<IQueryable<SessionRow>, IQueryable<SessionRow>> among, SessionEnding ending, Event ended)
    {
        var (at, reason, by) = (ending.At.ToUnixTimeMilliseconds(), (int)ending.Reason, ended.Id);
        var count = await among(unit.Live(ending.At)).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.RevokedAt, at)
            .SetProperty(row => row.RevokeReason, reason)
            .SetProperty(row => row.EndedBy, by)
            .SetProperty(row => row.Version, row => row.Version + 1));
        if (count == 0) return null;
        var rows = await among(unit.Sessions.Where(row => row.EndedBy == by)).AsNoTracking()
            .Select(row => new { row.Id, row.AccountId, row.UserId }).ToListAsync();
        await unit.AnnounceAsync([.. rows.Select(row => new RevocationRow
        {
            At = at, Reason = reason, SessionId = row.Id, AccountId = row.AccountId, UserId = row.UserId,
        })]);
        return ended with { Count = count, AccountId = rows[0].AccountId };
    }

    /// <summary>
    /// Adds entries to the feed. A reader goes on after the last number that it has seen, so numbers must become visible in their
    /// order: the row of the feed is held until the transaction ends.
    /// </summary>
    public static async Task AnnounceAsync(this Unit unit, params IReadOnlyList<RevocationRow> entries)
    {
        await unit.Feed.ExecuteUpdateAsync(set => set.SetProperty(row => row.Epoch, row => row.Epoch));
        var last = await unit.Revocations.MaxAsync(row => (long?)row.Sequence) ?? 0;
        foreach (var entry in entries)
        {
            entry.Sequence = ++last;
            await unit.Context.InsertAsync(entry);
        }
    }
}
