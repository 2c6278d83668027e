using System.Security.Claims;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>
/// ASP.NET Core Identity's <see cref="UserManager{TUser}"/> over <see cref="IAccountStore"/>. The user name is the
/// e-mail address. An update whose account has a new security stamp ends the account's live sessions with it.
/// </summary>
sealed class AccountUserStore(IAccountStore accounts, TimeProvider clock) :
    IUserPasswordStore<Account>, IUserEmailStore<Account>, IUserSecurityStampStore<Account>, IUserRoleStore<Account>,
    IUserClaimStore<Account>
{
    static readonly IdentityErrorDescriber Errors = new();

    public async Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken)
    {
        // The first stamp ends nothing.
        user.TakeSessionEnding(clock.Now());
        return await accounts.TryCreateAsync(user)
            ? IdentityResult.Success
            : IdentityResult.Failed(Errors.DuplicateEmail(user.Email));
    }

    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken) =>
        await accounts.TryUpdateAsync(user, user.Restamp(), user.TakeSessionEnding(clock.Now())) switch
        {
            AccountUpdate.Done => IdentityResult.Success,
            AccountUpdate.AddressTaken => IdentityResult.Failed(Errors.DuplicateEmail(user.Email)),
            _ => IdentityResult.Failed(Errors.ConcurrencyFailure()),
        };

    public async Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        await accounts.DeleteAsync(user.Id, clock.Now())
            ? IdentityResult.Success
            : IdentityResult.Failed(Errors.ConcurrencyFailure());

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) ? accounts.FindAsync(id, cancellationToken) : Task.FromResult<Account?>(null);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        accounts.FindByEmailAsync(normalizedUserName, cancellationToken);

    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        accounts.FindByEmailAsync(normalizedEmail, cancellationToken);

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) =>
        GetEmailAsync(user, cancellationToken);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) =>
        SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        GetNormalizedEmailAsync(user, cancellationToken);

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) =>
        SetNormalizedEmailAsync(user, normalizedName, cancellationToken);

    public Task<string?> GetEmailAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Email);

    public Task SetEmailAsync(Account user, string? email, CancellationToken cancellationToken) =>
        Set(() => user.Email = email ?? throw new ArgumentNullException(nameof(email)));

    public Task<string?> GetNormalizedEmailAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetNormalizedEmailAsync(Account user, string? normalizedEmail, CancellationToken cancellationToken) =>
        Set(() => user.NormalizedEmail = normalizedEmail ?? throw new ArgumentNullException(nameof(normalizedEmail)));

    public Task<bool> GetEmailConfirmedAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    // Identity says false when an address changes; nothing here confirms one.
    public Task SetEmailConfirmedAsync(Account user, bool confirmed, CancellationToken cancellationToken) =>
        confirmed ? throw new NotSupportedException("Addresses are not confirmed.") : Task.CompletedTask;

    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash);

    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken) =>
        Set(() => user.PasswordHash = passwordHash);

    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken) =>
        Set(() => user.ChangeSecurityStamp(stamp));

    public Task<IList<string>> GetRolesAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<string>>([.. user.Claims.Roles]);

    public Task<bool> IsInRoleAsync(Account user, string roleName, CancellationToken cancellationToken) =>
        Task.FromResult(user.Claims.Roles.Contains(roleName));

    public Task AddToRoleAsync(Account user, string roleName, CancellationToken cancellationToken) =>
        Set(() => user.Claims = user.Claims with { Roles = [.. user.Claims.Roles, roleName] });

    public Task RemoveFromRoleAsync(Account user, string roleName, CancellationToken cancellationToken) =>
        Set(() => user.Claims = user.Claims with { Roles = [.. user.Claims.Roles.Where(role => role != roleName)] });

    public Task<IList<Claim>> GetClaimsAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<Claim>>([.. user.Claims.Custom.Select(claim => new Claim(claim.Name, claim.Value))]);

    public Task AddClaimsAsync(Account user, IEnumerable<Claim> claims, CancellationToken cancellationToken) =>
        SetClaims(user, user.Claims.Custom.Concat(claims.Select(Stored)));

    public Task ReplaceClaimAsync(Account user, Claim claim, Claim newClaim, CancellationToken cancellationToken) =>
        SetClaims(user, user.Claims.Custom.Select(kept => kept == Stored(claim) ? Stored(newClaim) : kept));

    public Task RemoveClaimsAsync(Account user, IEnumerable<Claim> claims, CancellationToken cancellationToken) =>
        SetClaims(user, user.Claims.Custom.Except(claims.Select(Stored)));

    // Nothing is looked up by role or claim, so neither has an index.
    public Task<IList<Account>> GetUsersInRoleAsync(string roleName, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Accounts are not found by role.");

    public Task<IList<Account>> GetUsersForClaimAsync(Claim claim, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Accounts are not found by claim.");

    public void Dispose()
    {
        // The stores are not ours to close.
    }

    static AccountClaim Stored(Claim claim) => new(claim.Type, claim.Value);

    static Task SetClaims(Account user, IEnumerable<AccountClaim> claims) =>
        Set(() => user.Claims = user.Claims with { Custom = [.. claims] });

    static Task Set(Action set)
    {
        set();
        return Task.CompletedTask;
    }
}
