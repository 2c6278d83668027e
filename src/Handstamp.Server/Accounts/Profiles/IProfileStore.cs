using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts.Profiles;

/// <summary>The profiles of the accounts. The deletion of an account deletes its profile.</summary>
interface IProfileStore
{
    /// <summary>An account that has told nothing has <see cref="Profile.None"/>.</summary>
    Task<Profile> FindAsync(Guid accountId, CancellationToken cancel);

    /// <summary>
    /// Replaces the profile of an account if it still is <paramref name="from"/>, and counts the event. False if it is another
    /// one by now, or there is no such account.
    /// </summary>
    Task<bool> TrySetAsync(Guid accountId, Profile from, Profile to, Event changed);
}
