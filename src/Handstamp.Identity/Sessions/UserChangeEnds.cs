using Handstamp.Server.Audit;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Sessions;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Identity.Sessions;

/// <summary>Ends the sessions of a changed user, inside of a transaction.</summary>
static class UserChangeEnds
{
    /// <summary>
    /// Ends all sessions of the user, but not <paramref name="own"/> if the change lets it go on: its stamp is moved forward. Returns the
    /// event, or null if nothing ended.
    /// </summary>
    public static async Task<Event?> EndAsync(this Unit unit, UserChange change, Guid? own, SessionEnding ending)
    {
        var account = UserIds.ToAccountId(change.UserId);
        // The one that has made the change, and no other user's.
        var kept = change.StampBefore is { } before && own is { } id && await unit.Live(ending.At)
            .Where(row => row.Id == id && row.AccountId == account && row.SecurityStamp == before)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.SecurityStamp, change.StampAfter ?? "")
                .SetProperty(row => row.Version, row => row.Version + 1)) == 1 ? id : Guid.Empty;
        return await unit.EndAsync(rows => rows.Where(row => row.AccountId == account && row.Id != kept), ending, ending.OfAll(account));
    }
}
