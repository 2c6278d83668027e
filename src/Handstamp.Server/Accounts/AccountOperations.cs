using System.Net;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Operations on accounts, by their owners and by operators. An operation that ends sessions ends them in the same
/// store operation. Nothing here checks whether the caller is allowed to.
/// </summary>
sealed class AccountOperations(
    IAccountStore accounts, PasswordPolicy policy, IPasswordHasher<Account> hasher, HashingQueue queue, MailNotices notices,
    AuditTrail trail, TimeProvider clock)
{
    /// <summary>Why such an account cannot be added; null if it can.</summary>
    public AccountOutcome? Fault(Identifier name, string password) =>
        name.Fault() is { } fault ? new AccountOutcome.Invalid(fault, name.Member)
        : policy.Fault(password, name.Value) is { } weakness ? new AccountOutcome.WeakPassword(weakness)
        : null;

    /// <summary>Why no account can be added by this name and with these roles, before it has a password; null if one can.</summary>
    public async Task<AccountOutcome?> FaultAsync(string name, IReadOnlyList<string> roles, CancellationToken cancel)
    {
        var identifier = Identifier.Of(name);
        if (identifier.Fault() is { } fault) return new AccountOutcome.Invalid(fault, identifier.Member);
        if (new AccountClaims { Roles = roles }.Fault() is { } roleFault) return new AccountOutcome.Invalid(roleFault);
        return await accounts.FindIdAsync(identifier.Kind, identifier.Canonical, cancel) is null ? null : Taken(identifier);
    }

    /// <summary>
    /// Adds an account with an address or a username for an operator, who may know that the address is its owner's.
    /// </summary>
    public async Task<AccountOutcome> AddAsync(
        string name, string password, IReadOnlyList<string> roles, bool isVerified, Origin by, CancellationToken cancel)
    {
        var identifier = Identifier.Of(name);
        if (Fault(identifier, password) is { } fault) return fault;
        using var place = queue.TryEnter(HashingQueue.Operator);
        if (place is null) return Busy;
        var now = clock.Now();
        return await AddAsync(
            NewAccount(identifier with { VerifiedAt = isVerified && identifier.Kind == IdentifierKind.Email ? now : null }, roles, now), password, place, mail: null, by, cancel);
    }

    /// <summary>
    /// Adds an account without a fault. A taken name costs a hash too, so registrations leave no more rows than can
    /// be hashed. If there is a <paramref name="mail"/>, it goes to the address.
    /// </summary>
    public Task<AccountOutcome> AddAsync(
        Identifier name, string password, AcceptedTerms? terms, HashingPlace place, MailKind? mail, Origin by, CancellationToken cancel) =>
        AddAsync(NewAccount(name, roles: [], clock.Now()) with { Terms = terms }, password, place, mail, by, cancel);

    async Task<AccountOutcome> AddAsync(
        Account account, string password, HashingPlace place, MailKind? mail, Origin by, CancellationToken cancel)
    {
        if (account.Claims.Fault() is { } fault) return new AccountOutcome.Invalid(fault);
        if (await HashAsync(account, password, place, cancel) is not { } hashed) return Busy;

        account = account with { PasswordHash = hashed.Hash, SecurityStamp = hashed.Stamp };
        var added = by.Does(EventKind.AccountAdded, account.CreatedAt) with
        {
            AccountId = account.Id,
            Detail = RolesOf(account.Claims),
            Notice = mail is { } kind ? MailRequest.For(kind, account.Identifiers[0].Canonical, by).ToEntry(account.CreatedAt) : null,
        };
        if (!await accounts.TryCreateAsync(account, added)) return Taken(account.Identifiers[0]);
        trail.Record(added);
        return new AccountOutcome.Done(account);
    }

    /// <summary>Null if there is no such account.</summary>
    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) => accounts.FindAsync(id, cancel);

    /// <summary>By id, or by e-mail address or username in any letter case; null if there is none.</summary>
    public Task<Account?> FindAsync(string nameOrId, CancellationToken cancel)
    {
        if (Guid.TryParse(nameOrId, out var id)) return accounts.FindAsync(id, cancel);
        var name = Identifier.Of(nameOrId);
        return accounts.FindAsync(name.Kind, name.Canonical, cancel);
    }

    /// <summary>
    /// In the order in which they were added; <paramref name="after"/> is the last account of the previous page.
    /// </summary>
    public Task<IReadOnlyList<Account>> ListAsync(Account? after, int limit, CancellationToken cancel) =>
        accounts.ListAsync(after?.Id, limit, cancel);

    /// <summary>Sets the password and ends the account's sessions. The hash counts for the share of the site.</summary>
    public async Task<AccountOutcome> SetPasswordAsync(
        Account account, string password, IPAddress site, Origin by, CancellationToken cancel)
    {
        if (policy.Fault(password, account) is { } weakness) return new AccountOutcome.WeakPassword(weakness);
        if (await HashAsync(account, password, site, cancel) is not { } hashed) return Busy;
        var changed = Done(EventKind.AccountPasswordChanged, account, by);
        changed = changed with { Notice = await notices.OfAsync(MailKind.PasswordChanged, account.Id, by, changed.At) };
        return Outcome(await accounts.TrySetPasswordAsync(account.Id, hashed, changed), account);
    }

    /// <summary>
    /// The password as it is stored. The hash counts for the share of the site. Null if the queue has no room.
    /// </summary>
    public async Task<HashedPassword?> HashAsync(Account account, string password, IPAddress site, CancellationToken cancel)
    {
        using var place = queue.TryEnter(site);
        return place is null ? null : await HashAsync(account, password, place, cancel);
    }

    /// <summary>
    /// Ends the account's sessions. It cannot log in until it is enabled. A disabled account does not change.
    /// </summary>
    public async Task<AccountOutcome> DisableAsync(Account account, Origin by)
    {
        trail.Record(await accounts.TryDisableAsync(account.Id, Done(EventKind.AccountDisabled, account, by)));
        return await ReadAsync(account.Id);
    }

    /// <summary>An enabled account does not change.</summary>
    public async Task<AccountOutcome> EnableAsync(Account account, Origin by)
    {
        var enabled = Done(EventKind.AccountEnabled, account, by);
        if (await accounts.TryEnableAsync(account.Id, enabled)) trail.Record(enabled);
        return await ReadAsync(account.Id);
    }

    /// <summary>Deletes the account and ends its sessions.</summary>
    public async Task<AccountOutcome> DeleteAsync(Account account, Origin by) =>
        Outcome(await accounts.TryDeleteAsync(account.Id, Done(EventKind.AccountDeleted, account, by)), account);

    /// <summary>Replaces the roles; the next access tokens have them.</summary>
    public Task<AccountOutcome> SetRolesAsync(Account account, IReadOnlyList<string> roles, Origin by)
    {
        var claims = account.Claims with { Roles = roles };
        return SetClaimsAsync(account, claims, Done(EventKind.AccountRolesChanged, account, by) with { Detail = RolesOf(claims) });
    }

    /// <summary>Gives the account these roles too.</summary>
    public Task<AccountOutcome> AddRolesAsync(Account account, IReadOnlyList<string> roles, Origin by) =>
        ChangeRolesAsync(account, given => given.Union(roles), by);

    /// <summary>Takes these roles from the account.</summary>
    public Task<AccountOutcome> RemoveRolesAsync(Account account, IReadOnlyList<string> roles, Origin by) =>
        ChangeRolesAsync(account, given => given.Except(roles), by);

    /// <summary>
    /// The roles are written only if they still are what was read. If somebody else has changed them, they are read again,
    /// so nothing that two operators do at once is lost.
    /// </summary>
    async Task<AccountOutcome> ChangeRolesAsync(Account account, Func<IReadOnlyList<string>, IEnumerable<string>> change, Origin by)
    {
        while (true)
        {
            var outcome = await SetRolesAsync(account, [.. change(account.Claims.Roles)], by);
            if (outcome is not AccountOutcome.Changed || await accounts.FindAsync(account.Id, CancellationToken.None) is not { } now)
                return outcome;
            account = now;
        }
    }

    /// <summary>
    /// Replaces the custom claims; the next access tokens have them. Their values are neither in the audit trail nor in
    /// the log.
    /// </summary>
    public Task<AccountOutcome> SetClaimsAsync(Account account, IReadOnlyList<AccountClaim> claims, Origin by) => SetClaimsAsync(
        account, account.Claims with { Custom = claims },
        Done(EventKind.AccountClaimsChanged, account, by) with { Detail = Listed(claims.Select(claim => claim.Name).Distinct()) });

    async Task<AccountOutcome> SetClaimsAsync(Account account, AccountClaims claims, Event changed)
    {
        if (claims.Fault() is { } fault) return new AccountOutcome.Invalid(fault);
        // Without a change there is no event.
        if (claims.ToJson() == account.Claims.ToJson()) return new AccountOutcome.Done(account);
        var done = await accounts.TrySetClaimsAsync(account.Id, account.Claims, claims, changed);
        return Outcome(done ? [changed] : [], account with { Claims = claims });
    }

    Event Done(EventKind kind, Account account, Origin by) => by.Does(kind, clock.Now()) with { AccountId = account.Id };

    /// <summary>The roles as an event names them; null if there are none.</summary>
    public static string? RolesOf(AccountClaims claims) => Listed(claims.Roles);

    static string? Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } listed ? listed : null;

    /// <summary>An account that is not stored yet, without a password.</summary>
    public static Account NewAccount(Identifier name, IReadOnlyList<string> roles, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Identifiers = [name],
        Claims = new AccountClaims { Roles = roles },
        SecurityStamp = Account.NewStamp(),
        CreatedAt = now,
    };

    /// <summary>The same, with a place that the caller has.</summary>
    public async Task<HashedPassword?> HashAsync(Account account, string password, HashingPlace place, CancellationToken cancel) =>
        await place.RunAsync(() => hasher.HashPassword(account, password), cancel) is { } hash ? new HashedPassword(hash) : null;

    async Task<AccountOutcome> ReadAsync(Guid id) =>
        await accounts.FindAsync(id, CancellationToken.None) is { } account
            ? new AccountOutcome.Done(account)
            : new AccountOutcome.Changed();

    static AccountOutcome Taken(Identifier name) =>
        name.Kind == IdentifierKind.Email ? new AccountOutcome.AddressTaken() : new AccountOutcome.UsernameTaken();

    static AccountOutcome.Busy Busy => new(HashingQueue.RetryAfter);

    AccountOutcome Outcome(IReadOnlyList<Event> done, Account account)
    {
        if (done.Count == 0) return new AccountOutcome.Changed();
        trail.Record(done);
        return new AccountOutcome.Done(account);
    }
}
