using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins;

/// <summary>
/// Whose account a person at a provider has. Only issuer and subject decide: an address never leads to an account that somebody has
/// proved to own, because the person who controls the provider, or the address today,
/// need not be the one who has made the account.
/// </summary>
sealed class ExternalAccounts(
    IExternalLoginStore logins, IAccountStore accounts, RegistrationOperations registration, MailDomains domains, ServiceTerms terms,
    IThrottleStore throttles, AuditTrail trail,
    IOptions<AccountOptions> options, TimeProvider clock)
{
    /// <summary>How an account says that it was made by an external login.</summary>
    public const string Outcome = "external_login";

    const int MostAttempts = 3;

    static readonly FoundAccount AddressTaken = new(null, Problems.ExternalLoginAccountExists);

    static readonly FoundAccount NoProvedAddress = new(null, new Refusal(
        Problems.RegistrationClosed, "Accounts need a verified e-mail address here, and the provider does not prove one."));

    /// <summary>
    /// The account of this person, or a new one if people may register. <paramref name="accepted"/> is the version of the terms that
    /// the person accepts with it.
    /// </summary>
    public async Task<FoundAccount> FindOrAddAsync(ExternalIdentity identity, string? accepted, Origin by, CancellationToken cancel)
    {
        // Several first logins at once: one adds the account, and the others find it.
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await logins.TryUseAsync(identity.Issuer, identity.Subject, identity.Label, clock.Now()) is { } id)
                return await FindAsync(id, cancel);
            // The account with the address may be the one that another first login of this person has just added.
            if (await AddAsync(identity, accepted, by, cancel) is { } added && !(attempt == 0 && added.Refusal == AddressTaken.Refusal)) return added;
        }
        return new FoundAccount(null, Problems.AccountChanged);
    }

    async Task<FoundAccount> FindAsync(Guid id, CancellationToken cancel) => await accounts.FindAsync(id, cancel) switch
    {
        null => new FoundAccount(null, Problems.AccountChanged),
        { DisabledAt: not null } disabled => new FoundAccount(disabled, Problems.AccountDisabled),
        var account => new FoundAccount(account, null),
    };

    /// <summary>Null if another request has just added it.</summary>
    async Task<FoundAccount?> AddAsync(ExternalIdentity identity, string? accepted, Origin by, CancellationToken cancel)
    {
        if (identity.ProvedEmail is { } email
            && await accounts.FindAsync(IdentifierKind.Email, EmailAddress.Canonical(email), cancel) is { } holder)
            return holder.Identifiers.Any(one => one.VerifiedAt is not null)
                ? AddressTaken with { Account = holder }
                : await ProveAsync(holder, EmailAddress.Canonical(email), identity, by, cancel);
        if (!registration.IsOpen) return new FoundAccount(null, Problems.RegistrationClosed);
        if (identity.ProvedEmail is null && (registration.IsVerificationRequired || domains.DemandAddress)) return NoProvedAddress;
        if (identity.ProvedEmail is { } own && domains.Fault(own) is { } refused) return new FoundAccount(null, refused);
        if (terms.Fault(accepted) is { } due) return new FoundAccount(null, due);

        var now = clock.Now();
        Throttle[] attempt = [new(ThrottleKeys.ForRegistration(by.Address!), options.Value.Throttle.Registration)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait)
            return new FoundAccount(null, new Refusal(Problems.TooManyRequests, RetryAfter: wait));

        var account = NewAccount(identity, now) with { Terms = terms.AcceptedAt(now) };
        var added = by.Does(EventKind.AccountAdded, now) with { AccountId = account.Id, Outcome = Outcome, Detail = identity.Provider };
        var created = await logins.TryCreateAsync(account, LoginOf(identity, account.Id, now), added);
        if (created != ExternalCreation.Added)
        {
            await throttles.GiveBackAsync(attempt, now);
            return created == ExternalCreation.AddressTaken ? AddressTaken : null;
        }
        trail.Record(added);
        return new FoundAccount(account, null);
    }

    /// <summary>
    /// Nobody has proved to own the account, and its address is now proved for the first time: what was set before may be a stranger's,
    /// and goes. The account is the person's.
    /// </summary>
    async Task<FoundAccount?> ProveAsync(Account holder, string canonical, ExternalIdentity identity, Origin by, CancellationToken cancel)
    {
        var now = clock.Now();
        var proof = new EmailProof(holder.Id, holder.SecurityStamp, canonical, Secret: null, Spent: [], ByStranger: true);
        var verified = by.Does(EventKind.AccountEmailVerified, now) with { AccountId = holder.Id };
        if (await accounts.TryProveEmailAsync(proof, verified) is not { } proved) return AddressTaken with { Account = holder };
        // Its owner has proved it in the meantime.
        if (proved.Events.Count == 0) return AddressTaken with { Account = holder };
        trail.Record(proved.Events);
        var linked = by.Does(EventKind.ExternalLoginAdded, now) with { AccountId = holder.Id, Detail = identity.Provider };
        if (await logins.TryLinkAsync(LoginOf(identity, holder.Id, now), proved.SecurityStamp, most: 1, linked) != ExternalLinking.Linked)
            return null;
        trail.Record(linked);
        return await FindAsync(holder.Id, cancel);
    }

    public static ExternalLogin LoginOf(ExternalIdentity identity, Guid accountId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        AccountId = accountId,
        Issuer = identity.Issuer,
        Subject = identity.Subject,
        Provider = identity.Provider,
        Label = identity.Label,
        CreatedAt = now,
        LastUsedAt = now,
    };

    // An address that is not proved is not taken at all: apps would take it for the person's.
    static Account NewAccount(ExternalIdentity identity, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Identifiers = identity.ProvedEmail is { } email ? [Identifier.OfEmail(email) with { VerifiedAt = now }] : [],
        SecurityStamp = Account.NewStamp(),
        CreatedAt = now,
    };
}

/// <summary>The account, or why the person cannot log in to it, or why there is none.</summary>
sealed record FoundAccount(Account? Account, Refusal? Refusal);
