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
    const string ConcurrencyStamp = nameof(IdentityUser.ConcurrencyStamp);
    const string LockoutEnabled = nameof(IdentityUser.LockoutEnabled);
    const string LockoutEnd = nameof(IdentityUser.LockoutEnd);

    public async Task<IReadOnlyList<UserChange>> InAsync(DbContext context, DateTimeOffset now, CancellationToken cancel)
    {
        var changes = new List<UserChange>();
        // The model of an app may leave the column out.
        foreach (var entry in context.ChangeTracker.Entries<TUser>().Where(entry => entry.Metadata.FindProperty(Stamp) is not null).ToList())
            if (Of(entry, await BeforeAsync(entry, cancel), now) is { } change) changes.Add(change);
        return changes;
    }

    /// <summary>
    /// The user before the change. Identity attaches a user that was read without tracking when it has already changed: then only the
    /// database knows. Such a user looks as if nothing but the concurrency stamp had changed.
    /// </summary>
    static async Task<PropertyValues> BeforeAsync(EntityEntry<TUser> entry, CancellationToken cancel) =>
        entry.State == EntityState.Modified && entry.Properties.All(property =>
            property.Metadata.Name == ConcurrencyStamp || Equals(property.OriginalValue, property.CurrentValue))
            ? await entry.GetDatabaseValuesAsync(cancel) ?? entry.OriginalValues
            : entry.OriginalValues;

    UserChange? Of(EntityEntry<TUser> entry, PropertyValues original, DateTimeOffset now)
    {
        var id = Convert.ToString(entry.Property(Id).OriginalValue, CultureInfo.InvariantCulture)!;
        if (entry.State == EntityState.Deleted) return new UserChange(id, EndReason.AccountDeleted, null, null);
        if (entry.State != EntityState.Modified) return null;
        if (IsDisabled(entry.CurrentValues, now) && !IsDisabled(original, now))
            return new UserChange(id, EndReason.AccountDisabled, null, null);
        var (before, after) = (original.GetValue<string?>(Stamp), (string?)entry.Property(Stamp).CurrentValue);
        if (policy == CredentialChange.KeepSessions || before == after) return null;
        return new UserChange(id, EndReason.CredentialsChanged, policy == CredentialChange.EndOtherSessions ? before : null, after);
    }

    bool IsDisabled(PropertyValues values, DateTimeOffset now) =>
        lockouts.Disables(values.GetValue<bool>(LockoutEnabled), values.GetValue<DateTimeOffset?>(LockoutEnd), now);
}
