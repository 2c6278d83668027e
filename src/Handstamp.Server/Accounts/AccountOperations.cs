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
    IAccountStore accounts, PasswordPolicy policy, IPasswordHasher<Account> hasher, HashingQueue queue, TimeProvider clock,
    ILogger<AccountOperations> log)
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
        if (account.Claims.Fault() is { } fault) return new AccountOutcome.Invalid(fault);
        if (await HashAsync(account, password, place, cancel) is not { } hashed) return Busy;

        account = account with { PasswordHash = hashed.Hash, SecurityStamp = hashed.Stamp };
        if (!await accounts.TryCreateAsync(account)) return new AccountOutcome.AddressTaken();
        log.AccountAdded(account.Id);
        return new AccountOutcome.Done(account);
    }

    /// <summary>By id, or by e-mail address in any case; null when there is none.</summary>
    public Task<Account?> FindAsync(string emailOrId, CancellationToken cancel) =>
        Guid.TryParse(emailOrId, out var id)
            ? accounts.FindAsync(id, cancel)
            : accounts.FindAsync(IdentifierKind.Email, EmailAddress.Canonical(emailOrId), cancel);

    /// <summary>In the order in which they were added; <paramref name="after"/> is the last account of the page before.</summary>
    public Task<IReadOnlyList<Account>> ListAsync(Account? after, int limit, CancellationToken cancel) =>
        accounts.ListAsync(after?.Id, limit, cancel);

    /// <summary>Sets the password and ends the account's sessions. It is hashed in the share of the site.</summary>
    public async Task<AccountOutcome> SetPasswordAsync(
        Account account, string password, IPAddress site, CancellationToken cancel)
    {
        if (policy.Fault(password, account) is { } weakness) return new AccountOutcome.WeakPassword(weakness);
        if (await HashAsync(account, password, site, cancel) is not { } hashed) return Busy;
        return Outcome(await accounts.TrySetPasswordAsync(account.Id, hashed, clock.Now()), account, log.PasswordChanged);
    }

    /// <summary>The password as it is to be stored, hashed in the share of the site; null when there is no room for that.</summary>
    public async Task<HashedPassword?> HashAsync(Account account, string password, IPAddress site, CancellationToken cancel)
    {
        using var place = queue.TryEnter(site);
        return place is null ? null : await HashAsync(account, password, place, cancel);
    }

    /// <summary>Ends the account's sessions; it can't log in until it is enabled. Nothing happens to a disabled one.</summary>
    public async Task<AccountOutcome> DisableAsync(Account account)
    {
        if (await accounts.TryDisableAsync(account.Id, clock.Now())) log.AccountDisabled(account.Id);
        return await ReadAsync(account.Id);
    }

    /// <summary>Nothing happens to an account that is enabled.</summary>
    public async Task<AccountOutcome> EnableAsync(Account account)
    {
        if (await accounts.TryEnableAsync(account.Id)) log.AccountEnabled(account.Id);
        return await ReadAsync(account.Id);
    }

    /// <summary>Deletes the account and ends its sessions.</summary>
    public async Task<AccountOutcome> DeleteAsync(Account account) =>
        Outcome(await accounts.TryDeleteAsync(account.Id, clock.Now()), account, log.AccountDeleted);

    /// <summary>Replaces the roles; the next access tokens have them.</summary>
    public Task<AccountOutcome> SetRolesAsync(Account account, IReadOnlyList<string> roles) =>
        SetClaimsAsync(account, account.Claims with { Roles = roles });

    /// <summary>Replaces the custom claims; the next access tokens have them.</summary>
    public Task<AccountOutcome> SetClaimsAsync(Account account, IReadOnlyList<AccountClaim> claims) =>
        SetClaimsAsync(account, account.Claims with { Custom = claims });

    async Task<AccountOutcome> SetClaimsAsync(Account account, AccountClaims claims)
    {
        if (claims.Fault() is { } fault) return new AccountOutcome.Invalid(fault);
        return Outcome(
            await accounts.TrySetClaimsAsync(account.Id, account.Claims, claims), account with { Claims = claims }, log.ClaimsChanged);
    }

    Account NewAccount(string email, IReadOnlyList<string> roles)
    {
        var now = clock.Now();
        return new Account
        {
            Id = Guid.CreateVersion7(now),
            Identifiers = [Identifier.OfEmail(email)],
            Claims = new AccountClaims { Roles = roles },
            SecurityStamp = Account.NewStamp(),
            CreatedAt = now,
        };
    }

    async Task<HashedPassword?> HashAsync(Account account, string password, HashingPlace place, CancellationToken cancel) =>
        await place.RunAsync(() => hasher.HashPassword(account, password), cancel) is { } hash ? new HashedPassword(hash) : null;

    async Task<AccountOutcome> ReadAsync(Guid id) =>
        await accounts.FindAsync(id, CancellationToken.None) is { } account
            ? new AccountOutcome.Done(account)
            : new AccountOutcome.Changed();

    static AccountOutcome.Busy Busy => new(HashingQueue.RetryAfter);

    static AccountOutcome Outcome(bool done, Account account, Action<Guid> logDone)
    {
        if (!done) return new AccountOutcome.Changed();
        logDone(account.Id);
        return new AccountOutcome.Done(account);
    }
}
