using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>A registration that was accepted.</summary>
/// <param name="Account">
/// The new account. Null if its address has to be verified first: then nobody learns whether there already was one, except by
/// the mail.
/// </param>
sealed record Registered(Account? Account);

/// <summary>How people add their own accounts.</summary>
sealed class RegistrationOperations(
    AccountOperations accounts, MailDomains domains, ServiceTerms terms, HashingQueue queue, IThrottleStore throttles, MailRequests mails, PendingRegistrations pending,
    AuditTrail trail, IOptions<AccountOptions> options, TimeProvider clock)
{
    /// <summary>Whether people may register without an invitation.</summary>
    public bool IsOpen => options.Value.Registration == RegistrationMode.Open;

    /// <summary>Whether there is an account only after its address was verified.</summary>
    public bool IsVerificationRequired => options.Value.Verification == VerificationMode.Required;

    // The field is the one that is missing.
    static readonly Refusal NoEmails =
        new(Problems.InvalidRequest, "Accounts have a username here, and no e-mail address.") { Field = "username" };

    /// <summary>Accounts have no username here.</summary>
    public static readonly Refusal NoUsernames = AccountProblems.InvalidEmail("Accounts have an e-mail address here, and no username.");

    /// <summary>Whether people register with names of this kind.</summary>
    public bool Takes(IdentifierKind kind) => options.Value.Identifiers switch
    {
        IdentifierMode.Email => kind == IdentifierKind.Email,
        IdentifierMode.Username => kind == IdentifierKind.Username,
        _ => true,
    };

    // A username proves nothing about a mailbox, and nobody has to prove it.
    bool Waits(Identifier name) => name.Kind == IdentifierKind.Email && IsVerificationRequired;

    bool SendsMail => options.Value.Verification != VerificationMode.Off && mails.IsOn;

    /// <summary>
    /// Adds an account. <paramref name="accepted"/> is the version of the terms that the person accepts, and
    /// <paramref name="by"/> has the address that the attempt counts for.
    /// </summary>
    public async Task<OrRefusal<Registered>> AddAsync(Identifier name, string password, string? accepted, Origin by, CancellationToken cancel)
    {
        if (!IsOpen) return Problems.RegistrationClosed;
        if (!Takes(name.Kind)) return name.Kind == IdentifierKind.Email ? NoEmails : NoUsernames;
        if (Waits(name) && !mails.IsOn) return Problems.MailNotConfigured;
        if (accounts.Fault(name, password) is { } fault) return fault.ToRefusal();
        if (((name.Kind == IdentifierKind.Email ? domains.Fault(name.Value) : null) ?? terms.Fault(accepted)) is { } refused) return refused;
        var outcome = await TryAddAsync(name, password, by, cancel);
        if (outcome is AccountOutcome.Done { Account: var account }) return new Registered(Waits(name) ? null : account);

        var kind = outcome is AccountOutcome.Throttled or AccountOutcome.Busy ? EventKind.RegistrationThrottled : EventKind.RegistrationRefused;
        var refusal = outcome.ToRefusal();
        trail.Refuse(by.Does(kind, clock.Now()) with { Outcome = refusal.Problem.Code });
        return refusal;
    }

    async Task<AccountOutcome> TryAddAsync(Identifier name, string password, Origin by, CancellationToken cancel)
    {
        var address = by.Address!;
        // Before anything is written, as at a login.
        using var place = queue.TryEnter(address.Site());
        if (place is null) return new AccountOutcome.Busy(HashingQueue.RetryAfter);
        var now = clock.Now();
        Throttle[] attempt = [new(ThrottleKeys.ForRegistration(address), options.Value.Throttle.Registration)];
        var sendsMail = name.Kind == IdentifierKind.Email && SendsMail;
        if (sendsMail) attempt = [.. attempt, .. mails.Pace(name.Canonical, by)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new AccountOutcome.Throttled(wait);

        var outcome = Waits(name)
            ? await KeepAsync(name.Value, password, place, by, cancel)
            : await accounts.AddAsync(name, password, terms.AcceptedAt(now), place, sendsMail ? MailKind.AddressVerification : null, by, cancel);
        if (!Counts(outcome)) await throttles.GiveBackAsync(attempt, now);
        return outcome;
    }

    /// <summary>
    /// The same for every address: a hash, a row, and a mail that waits. Whether there is an account is looked up when the mail is
    /// sent.
    /// </summary>
    async Task<AccountOutcome> KeepAsync(string email, string password, HashingPlace place, Origin by, CancellationToken cancel)
    {
        var now = clock.Now();
        var account = AccountOperations.NewAccount(Identifier.OfEmail(email), roles: [], now);
        // The id of the account is made when it is added.
        var row = account with { Id = PendingRegistrations.IdOf(account.Identifiers[0].Canonical) };
        if (await accounts.HashAsync(row, password, place, cancel) is not { } hashed) return new AccountOutcome.Busy(HashingQueue.RetryAfter);
        await pending.KeepAsync(new PendingRegistration { Email = email, PasswordHash = hashed.Hash, SecurityStamp = hashed.Stamp, Terms = terms.AcceptedAt(now) });
        var request = MailRequest.For(MailKind.AddressVerification, account.Identifiers[0].Canonical, by) with { SecurityStamp = hashed.Stamp };
        return await mails.AddAsync(request, now) is { RetryAfter: { } wait }
            ? new AccountOutcome.Busy(wait)
            : new AccountOutcome.Done(account);
    }

    // A taken name counts as an added one does: the search for names that have accounts must cost as much.
    static bool Counts(AccountOutcome outcome) => outcome is AccountOutcome.Done or AccountOutcome.AddressTaken or AccountOutcome.UsernameTaken;
}
