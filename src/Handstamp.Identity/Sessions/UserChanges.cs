using System.Globalization;
using Handstamp.Identity.Users;
using Handstamp.Server.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Handstamp.Identity.Sessions;

/// <summary>A change of a user that ends sessions.</summary>
/// <param name="UserId">The app's own id.</param>
/// <param name="Reason">Why they end.</param>
/// <param name="StampBefore">The stamp of sessions that may go on; null if none may.</param>
/// <param name="StampAfter">The stamp that they have then.</param>
sealed record UserChange(string UserId, EndReason Reason, string? StampBefore, string? StampAfter);

/// <summary>What is about to be saved, as a change tracker sees it.</summary>
sealed class UserChanges<TUser>(CredentialChange policy, Lockouts lockouts) where TUser : class
{
    const string Id = nameof(IdentityUser.Id);
    const string Stamp = nameof(IdentityUser.SecurityStamp);
    const string LockoutEnabled = nameof(IdentityUser.LockoutEnabled);
    const string LockoutEnd = nameof(IdentityUser.LockoutEnd);

    public IReadOnlyList<UserChange> In(DbContext context, DateTimeOffset now) =>
        [.. context.ChangeTracker.Entries<TUser>().Select(entry => Of(entry, now)).OfType<UserChange>()];

    UserChange? Of(EntityEntry<TUser> entry, DateTimeOffset now)
    {
        // A user of another kind, whose columns are not known.
        if (entry.Metadata.FindProperty(Stamp) is null) return null;
        var id = Convert.ToString(entry.Property(Id).OriginalValue, CultureInfo.InvariantCulture)!;
        if (entry.State == EntityState.Deleted) return new UserChange(id, EndReason.AccountDeleted, null, null);
        if (entry.State != EntityState.Modified) return null;
        if (IsDisabled(entry.CurrentValues, now) && !IsDisabled(entry.OriginalValues, now))
            return new UserChange(id, EndReason.AccountDisabled, null, null);
        var (before, after) = ((string?)entry.Property(Stamp).OriginalValue, (string?)entry.Property(Stamp).CurrentValue);
        if (policy == CredentialChange.KeepSessions || before == after) return null;
        return new UserChange(id, EndReason.CredentialsChanged, policy == CredentialChange.EndOtherSessions ? before : null, after);
    }

    bool IsDisabled(PropertyValues values, DateTimeOffset now) =>
        lockouts.Disables(values.GetValue<bool>(LockoutEnabled), values.GetValue<DateTimeOffset?>(LockoutEnd), now);
}
