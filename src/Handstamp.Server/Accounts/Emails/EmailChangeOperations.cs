using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Replaces the address of an account, after the new one has shown that it is read by the person who wants it. The former one is
/// told, and can take it back.
/// </summary>
sealed class EmailChangeOperations(
    IAccountStore accounts, MailDomains domains, MailRequests requests, MailCodes codes, SingleUseSecrets secrets, IThrottleStore throttles, AuditTrail trail,
    TimeProvider clock)
{
    // Each change sends a mail with a link that takes it back, for three days. The number of changes has a limit, and those mails
    // have none, so that the owner hears of every change.
    public static readonly ThrottleRule OfAccount = ThrottleRule.Pace(10, MailSecrets.UndoLife);

    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn => requests.IsOn;

    /// <summary>
    /// Requests a mail to the new address. The same answer, whether another account has the address or not: that is looked
    /// up when the mail is sent.
    /// </summary>
    public async Task<Refusal?> RequestAsync(Guid accountId, string email, Origin by, CancellationToken cancel)
    {
        if (!IsOn) return Problems.MailNotConfigured;
        if (EmailAddress.Fault(email) is { } fault) return AccountProblems.InvalidEmail(fault);
        if (domains.Fault(email) is { } refused) return refused;
        if (await accounts.FindAsync(accountId, cancel) is not { } account) return Problems.SessionRevoked;
        if (account.Email is null) return new Refusal(Problems.InvalidRequest, "This account has no e-mail address.");
        if (account.Email == email) return new Refusal(Problems.InvalidRequest, "This already is the e-mail address of the account.");

        var (canonical, now) = (EmailAddress.Canonical(email), clock.Now());
        Throttle[] attempt = [.. requests.Pace(canonical, by), new(ThrottleKeys.ForEmailChangesOf(accountId), OfAccount)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait)
            return Refused(new Refusal(Problems.TooManyRequests, RetryAfter: wait), accountId, by);
        var request = MailRequest.For(MailKind.AddressChangeConfirm, accountId, by) with { To = email, SecurityStamp = account.SecurityStamp };
        if (await requests.AddAsync(request, now) is not { } refusal) return null;
        await throttles.GiveBackAsync(attempt, now);
        return Refused(refusal, accountId, by);
    }

    /// <summary>Replaces the address, with the token of the mail to the new one.</summary>
    public async Task<Refusal?> ConfirmAsync(string token, Origin by, CancellationToken cancel) =>
        await secrets.TryAsync(MailSecrets.Change.Link, token) is { } tried
            ? await ConfirmAsync(tried, by, cancel)
            : Refused(Problems.EmailTokenInvalid, null, by);

    /// <summary>Replaces the address, with the code of the mail to the new one.</summary>
    /// <param name="email">The new address.</param>
    /// <param name="code">The code.</param>
    /// <param name="caller">The account of the person who types the code; null if nobody is logged in.</param>
    /// <param name="by">Who confirms it.</param>
    /// <param name="cancel">Cancels it.</param>
    public async Task<Refusal?> ConfirmAsync(string email, string code, Guid? caller, Origin by, CancellationToken cancel)
    {
        if (EmailAddress.Fault(email) is { } fault) return AccountProblems.InvalidEmail(fault);
        return (await codes.TryAsync(MailSecrets.Change, EmailAddress.Canonical(email), code, Problems.EmailTokenInvalid, by, cancel))
            .Has(out var tried, out var refusal)
            // Another account may have requested a newer code for the same address.
            ? caller is null || tried.Content.Subject == caller
                ? await ConfirmAsync(tried, by, cancel)
                : Refused(Problems.EmailTokenInvalid, tried.Content.Subject, by)
            : Refused(refusal, null, by);
    }

    /// <summary>
    /// Takes a change back with the token of the mail to the former address: ends all sessions, and leaves the account without a
    /// password. The former address can set a new one.
    /// </summary>
    public async Task<Refusal?> UndoAsync(string token, Origin by)
    {
        if (await secrets.TryAsync(MailSecrets.Undo, token) is not { } tried
            || tried.Content.Read(MailGrantJson.Default.MailGrant) is not { Other: { } former })
            return Refused(Problems.EmailTokenInvalid, null, by);
        var id = tried.Content.Subject;
        var undone = by.Does(EventKind.AccountEmailChangeUndone, clock.Now()) with { AccountId = id };
        var events = await accounts.TryUndoEmailChangeAsync(
            new EmailUndo(id, Identifier.OfEmail(former), tried.Key, tried.Content.ExpiresAt), undone);
        if (events.Count == 0) return Refused(Problems.EmailTokenInvalid, id, by);
        trail.Record(events);
        return null;
    }

    async Task<Refusal?> ConfirmAsync(TriedSecret tried, Origin by, CancellationToken cancel)
    {
        var id = tried.Content.Subject;
        if (tried.Content.Read(MailGrantJson.Default.MailGrant) is not { Other: { } to } grant
            || await accounts.FindAsync(id, cancel) is not { } account
            || account.Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Email && one.Canonical == grant.Email) is not { } from)
            return Refused(Problems.EmailTokenInvalid, id, by);

        var now = clock.Now();
        var changed = by.Does(EventKind.AccountEmailChanged, now) with
        {
            AccountId = id,
            // An unproved address beside a proved one may be anyone's, and must not take the account back.
            Notice = from.VerifiedAt is null && account.Identifiers.Any(one => one.VerifiedAt is not null)
                ? null
                : (MailRequest.For(MailKind.AddressChanged, id, by) with { To = from.Value }).ToEntry(now),
        };
        var change = new EmailChange(id, grant.SecurityStamp, from.Canonical, Identifier.OfEmail(to), tried.Key, MailSecrets.Change.Both);
        var outcome = await accounts.TryChangeEmailAsync(change, changed);
        if (outcome.Result == EmailChangeResult.Changed)
        {
            trail.Record(outcome.Events);
            return null;
        }
        return Refused(outcome.Result == EmailChangeResult.Taken ? Problems.AccountExists : Problems.EmailTokenInvalid, id, by);
    }

    Refusal Refused(Refusal refusal, Guid? accountId, Origin by)
    {
        if (refusal.Problem == Problems.InvalidRequest) return refusal;
        var isRefused = refusal.Problem == Problems.EmailTokenInvalid || refusal.Problem == Problems.AccountExists;
        var kind = isRefused ? EventKind.PasswordRefused : EventKind.PasswordThrottled;
        trail.Refuse(by.Does(kind, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return refusal;
    }
}
