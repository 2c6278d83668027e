using System.Security.Claims;
using Handstamp.Identity.Sessions;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>
/// What the contracts of sessions do to accounts, done to the users of an app. The sessions end as they do when a context is saved, but
/// at the time that the test names.
/// </summary>
sealed class IdentityAccounts<TKey>(SessionDatabase database) : IAccountStore where TKey : IEquatable<TKey>
{
    public async Task<bool> TryCreateAsync(Account account, Event added)
    {
        await database.TransactAsync(async unit =>
        {
            unit.Context.Add(new IdentityUser<TKey>
            {
                Id = IdOf(account.Id),
                UserName = account.Label,
                SecurityStamp = account.SecurityStamp,
                LockoutEnabled = true,
                LockoutEnd = account.DisabledAt is null ? null : DateTimeOffset.MaxValue,
            });
            await unit.Context.SaveChangesAsync();
            await SetAsync(unit, account.Id, account.Claims);
            return true;
        });
        return true;
    }

    public Task<IReadOnlyList<Event>> TrySetPasswordAsync(Guid id, HashedPassword password, Event changed) =>
        ChangeAsync(id, changed.At, EndReason.CredentialsChanged, users => users.ExecuteUpdateAsync(
            set => set.SetProperty(user => user.SecurityStamp, password.Stamp)));

    public Task<IReadOnlyList<Event>> TryDisableAsync(Guid id, Event disabled) =>
        ChangeAsync(id, disabled.At, EndReason.AccountDisabled, users => users.Where(user => user.LockoutEnd == null).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.LockoutEnd, DateTimeOffset.MaxValue)));

    public async Task<bool> TryEnableAsync(Guid id, Event enabled) => await database.TransactAsync(unit =>
        Users(unit, id).ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, (DateTimeOffset?)null))) == 1;

    public Task<IReadOnlyList<Event>> TryDeleteAsync(Guid id, Event deleted, DateTimeOffset? due = null) =>
        ChangeAsync(id, deleted.At, EndReason.AccountDeleted, users => users.ExecuteDeleteAsync());

    public Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to, Event changed) => database.TransactAsync(async unit =>
    {
        await SetAsync(unit, id, to);
        return true;
    });

    static async Task SetAsync(Unit unit, Guid id, AccountClaims claims)
    {
        var users = unit.Services.GetRequiredService<UserManager<IdentityUser<TKey>>>();
        var roles = unit.Services.GetRequiredService<RoleManager<IdentityRole<TKey>>>();
        var user = (await users.FindByIdAsync(id.ToString()))!;
        await users.RemoveFromRolesAsync(user, await users.GetRolesAsync(user));
        foreach (var role in claims.Roles)
        {
            if (!await roles.RoleExistsAsync(role)) await roles.CreateAsync(new IdentityRole<TKey>(role) { Id = IdOf(Given.Id()) });
            await users.AddToRoleAsync(user, role);
        }
        await users.AddClaimsAsync(user, claims.Custom.Select(claim => new Claim(claim.Name, claim.Value)));
    }

    /// <summary>The events; a change that has ended nothing has one that says so.</summary>
    Task<IReadOnlyList<Event>> ChangeAsync(
        Guid id, DateTimeOffset at, EndReason reason, Func<IQueryable<IdentityUser<TKey>>, Task<int>> write) =>
        database.TransactAsync<IReadOnlyList<Event>>(async unit =>
        {
            if (await write(Users(unit, id)) == 0) return [];
            var ending = Given.By.Ends(reason, at);
            return [await unit.EndAsync(new UserChange(id.ToString(), reason, null, null), null, ending) ?? ending.OfAll(id)];
        });

    static IQueryable<IdentityUser<TKey>> Users(Unit unit, Guid id)
    {
        var key = IdOf(id);
        return unit.Context.Set<IdentityUser<TKey>>().Where(user => user.Id.Equals(key));
    }

    static TKey IdOf(Guid id) => typeof(TKey) == typeof(Guid) ? (TKey)(object)id : (TKey)(object)id.ToString();

    // The contracts of sessions do not call these.
    public Task<bool> TryCreateAllAsync(IReadOnlyList<NewAccount> accounts) => throw new NotSupportedException();

    public Task<IReadOnlyList<Account>> FindHoldersAsync(IReadOnlyList<Account> accounts, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Account?> FindAsync(IdentifierKind kind, string canonical, CancellationToken cancel) => throw new NotSupportedException();

    public Task<Guid?> FindIdAsync(IdentifierKind kind, string canonical, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<Account>> ListAsync(Guid? after, int limit, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<Account>> ListSealedAsync(string keyId, int limit, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<Event>> TryResetPasswordAsync(PasswordReset reset, Event done) => throw new NotSupportedException();

    public Task<ProvedEmail?> TryProveEmailAsync(EmailProof proof, Event verified) => throw new NotSupportedException();

    public Task<EmailChanged> TryChangeEmailAsync(EmailChange change, Event changed) => throw new NotSupportedException();

    public Task<IReadOnlyList<Event>> TryUndoEmailChangeAsync(EmailUndo undo, Event undone) => throw new NotSupportedException();

    public Task<bool> TryRehashAsync(Guid id, string from, string to) => throw new NotSupportedException();

    public Task<bool> TryAcceptTermsAsync(Guid id, AcceptedTerms terms, Event accepted) => throw new NotSupportedException();

    public Task<UsernameChange> TrySetUsernameAsync(Guid id, Identifier username, Guid? session, Event changed) => throw new NotSupportedException();

    public Task<IReadOnlyList<Event>> TryRequestDeletionAsync(DeletionRequest request, Event requested) => throw new NotSupportedException();

    public Task<bool> TryCancelDeletionAsync(Guid id, string? stamp, Event cancelled) => throw new NotSupportedException();

    public Task<IReadOnlyList<Guid>> ListToDeleteAsync(DateTimeOffset due, int limit, CancellationToken cancel) => throw new NotSupportedException();
}
