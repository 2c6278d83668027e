using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Engine;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Users;

/// <summary>The app's users, as far as sessions need them.</summary>
interface ISessionUsers
{
    /// <summary>Whether a session ends when the stamp of its user changes.</summary>
    bool StampEnds { get; }

    /// <summary>The user now; null if there is none.</summary>
    Task<SessionUser?> FindAsync(Unit unit, string userId, CancellationToken cancel);

    /// <summary>
    /// The user's row, if it is still as it was read; part of the statement that writes a session. Null if the users are not in the
    /// database of the sessions: then the user was read right before, and nothing more is known.
    /// </summary>
    IQueryable<object>? AsRead(DbContext sessions, SessionUser user);

    /// <summary>
    /// Whether the user still has this stamp, and is not disabled. In the database of the sessions, the row is locked until the transaction
    /// ends: a change of it waits, and then sees the session.
    /// </summary>
    Task<bool> TryHoldAsync(Unit unit, string userId, string stamp);
}

/// <summary>A user, as read at one moment.</summary>
/// <param name="Id">The app's own id.</param>
/// <param name="Stamp">Changes with the password, the address and the second factors.</param>
/// <param name="IsDisabled">Whether the app lets nobody in as this user.</param>
/// <param name="Claims">What goes into the access tokens.</param>
sealed record SessionUser(string Id, string Stamp, bool IsDisabled, AccountClaims Claims)
{
    public bool LockoutEnabled { get; init; }

    public DateTimeOffset? LockoutEnd { get; init; }

    /// <summary>The account as the service knows it.</summary>
    public static AccountState StateOf(SessionUser? user) =>
        user is null ? AccountState.Deleted : user.IsDisabled ? AccountState.Disabled : AccountState.Active;
}
