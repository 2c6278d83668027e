using System.Net;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts;

/// <summary>
/// What is done to accounts, by their holders and by operators. Whatever ends sessions ends them in the same store
/// operation. Nothing here asks whether the caller may.
/// </summary>
sealed class AccountOperations(
    UserManager<Account> users, IAccountStore accounts, PasswordPolicy policy, IPasswordHasher<Account> hasher,
    HashingQueue queue, AccountNormalizer normalizer, TimeProvider clock, ILogger<AccountOperations> log)
{
    /// <summary>Why there can be no such account; null when there can.</summary>
    public AccountOutcome? Fault(string email, string password) =>
        EmailAddress.Fault(email) is { } fault ? new AccountOutcome.Invalid(fault)
        : policy.Fault(password, email) is { } weakness ? new AccountOutcome.WeakPassword(weakness)
        : null;

    /// <summary>Adds an account for an operator.</summary>
    public async Task<AccountOutcome> AddAsync(
        string email, string password, IReadOnlyList<string> roles, CancellationToken cancel)
    {
        if (Fault(email, password) is { } fault) return fault;
        using var place = queue.TryEnter(HashingQueue.Operator);
        return place is null ? Busy : await AddAsync(email, password, roles, place, cancel);
    }

    /// <summary>
    /// Adds an account in which there is no fault. A taken address costs a hash too: whatever a registration leaves
    /// behind, there is no more of it than can be hashed.
    /// </summary>
    public async Task<AccountOutcome> AddAsync(
        string email, string password, IReadOnlyList<string> roles, HashingPlace place, CancellationToken cancel)
    {
        var account = NewAccount(email, roles);
        if (account.Claims.Fault() is { } claimFault) return new AccountOutcome.Invalid(claimFault);
        if (!await TryHashAsync(account, password, place, cancel)) return Busy;

        return Outcome(await users.CreateAsync(account), account, log.AccountAdded);
    }

    /// <summary>By id, or by e-mail address in any case; null when there is none.</summary>
    public Task<Account?> FindAsync(string emailOrId, CancellationToken cancel) =>
        Guid.TryParse(emailOrId, out var id)
            ? accounts.FindAsync(id, cancel)
            : accounts.FindByEmailAsync(normalizer.NormalizeEmail(emailOrId)!, cancel);

    /// <summary>In the order of addresses; <paramref name="after"/> is the last account of the page before.</summary>
    public Task<IReadOnlyList<Account>> ListAsync(Account? after, int limit, CancellationToken cancel) =>
        accounts.ListAsync(after?.NormalizedEmail, limit, cancel);

    /// <summary>Sets the password and ends the account's sessions. It is hashed in the share of the site.</summary>
    public async Task<AccountOutcome> SetPasswordAsync(
        Account account, string password, IPAddress site, CancellationToken cancel) =>
        await RefuseOrHashAsync(account, password, site, cancel)
        ?? Outcome(await users.UpdateSecurityStampAsync(account), account, log.PasswordChanged);

    /// <summary>
    /// Gives the account a new password in memory, for whoever writes it together with what it ends; null, or why not.
    /// </summary>
    public async Task<AccountOutcome?> RefuseOrHashAsync(
        Account account, string password, IPAddress site, CancellationToken cancel)
    {
        if (policy.Fault(password, account.Email) is { } weakness) return new AccountOutcome.WeakPassword(weakness);
        using var place = queue.TryEnter(site);
        return place is not null && await TryHashAsync(account, password, place, cancel) ? null : Busy;
    }

    /// <summary>Ends the account's sessions; it can't log in until it is enabled.</summary>
    public async Task<AccountOutcome> DisableAsync(Account account)
    {
        account.Disable(clock.Now());
        return Outcome(await users.UpdateAsync(account), account, log.AccountDisabled);
    }

    public async Task<AccountOutcome> EnableAsync(Account account)
    {
        account.DisabledAt = null;
        return Outcome(await users.UpdateAsync(account), account, log.AccountEnabled);
    }

    /// <summary>Deletes the account and ends its sessions.</summary>
    public async Task<AccountOutcome> DeleteAsync(Account account) =>
        Outcome(await users.DeleteAsync(account), account, log.AccountDeleted);

    /// <summary>Replaces the roles; the next access tokens have them.</summary>
    public Task<AccountOutcome> SetRolesAsync(Account account, IReadOnlyList<string> roles) =>
        SetClaimsAsync(account, account.Claims with { Roles = roles });

    /// <summary>Replaces the custom claims; the next access tokens have them.</summary>
    public Task<AccountOutcome> SetClaimsAsync(Account account, IReadOnlyList<AccountClaim> claims) =>
        SetClaimsAsync(account, account.Claims with { Custom = claims });

    async Task<AccountOutcome> SetClaimsAsync(Account account, AccountClaims claims)
    {
        account.Claims = claims;
        return Outcome(await users.UpdateAsync(account), account, log.ClaimsChanged);
    }

    Account NewAccount(string email, IReadOnlyList<string> roles)
    {
        var now = clock.Now();
        return new Account
        {
            Id = Guid.CreateVersion7(now),
            Email = email,
            NormalizedEmail = normalizer.NormalizeEmail(email)!,
            Claims = new AccountClaims { Roles = roles },
            SecurityStamp = Account.NewStamp(),
            ConcurrencyStamp = Account.NewStamp(),
            CreatedAt = now,
        };
    }

    /// <summary>Not the manager's own hashing: that would run on the caller's thread, past the queue.</summary>
    async Task<bool> TryHashAsync(Account account, string password, HashingPlace place, CancellationToken cancel)
    {
        if (await place.RunAsync(() => hasher.HashPassword(account, password), cancel) is not { } hash) return false;
        account.PasswordHash = hash;
        return true;
    }

    static AccountOutcome.Busy Busy => new(HashingQueue.RetryAfter);

    static AccountOutcome Outcome(IdentityResult result, Account account, Action<Guid> logDone)
    {
        if (result.Errors.FirstOrDefault() is not { } error)
        {
            logDone(account.Id);
            return new AccountOutcome.Done(account);
        }
        return error.Code switch
        {
            AccountValidator.ErrorCode => new AccountOutcome.Invalid(error.Description),
            nameof(IdentityErrorDescriber.DuplicateEmail) => new AccountOutcome.AddressTaken(),
            _ => new AccountOutcome.Changed(),
        };
    }
}
