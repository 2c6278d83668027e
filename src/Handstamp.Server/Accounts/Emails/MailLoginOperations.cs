using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>The owner of a mailbox, and the stamp of their account after that was shown.</summary>
sealed record MailboxOwner(Guid AccountId, string SecurityStamp);

/// <summary>
/// The first factor of a login without a password: a code that a mail has brought, or its link. Who gives it owns the address,
/// so an address that was never verified is verified by it, and what others have set before goes.
/// </summary>
sealed class MailLoginOperations(
    IAccountStore accounts, MailRequests requests, MailCodes codes, SingleUseSecrets secrets, AuditTrail trail,
    IOptions<AccountOptions> options, TimeProvider clock)
{
    /// <summary>Whether people can log in by mail.</summary>
    public bool IsOn => options.Value.LoginByMail && requests.IsOn;

    /// <summary>Why they cannot; null if they can.</summary>
    public Refusal? Fault =>
        !options.Value.LoginByMail ? new Refusal(Problems.LoginByMailDisabled)
        : requests.IsOn ? null
        : new Refusal(Problems.MailNotConfigured);

    /// <summary>Requests a mail. The same answer for every address.</summary>
    public async Task<Refusal?> RequestAsync(string email, Origin by, CancellationToken cancel)
    {
        if (Fault is { } fault) return fault;
        var refusal = await requests.RequestAsync(MailKind.LoginCode, email, by, cancel);
        return refusal is null ? null : Refused(refusal, null, by);
    }

    public async Task<OrRefusal<MailboxOwner>> TryCodeAsync(string email, string code, Origin by, CancellationToken cancel)
    {
        if (Fault is { } fault) return fault;
        if (EmailAddress.Fault(email) is { } wrong) return AccountProblems.InvalidEmail(wrong);
        return (await codes.TryAsync(MailSecrets.Login, EmailAddress.Canonical(email), code, Problems.LoginCodeInvalid, by, cancel))
            .Has(out var tried, out var refusal)
            ? await FinishAsync(tried, by, cancel)
            : Refused(refusal, null, by);
    }

    public async Task<OrRefusal<MailboxOwner>> TryLinkAsync(string token, Origin by, CancellationToken cancel)
    {
        if (Fault is { } fault) return fault;
        return await secrets.TryAsync(MailSecrets.Login.Link, token) is { } tried
            ? await FinishAsync(tried, by, cancel)
            : Refused(Problems.LoginCodeInvalid, null, by);
    }

    async Task<OrRefusal<MailboxOwner>> FinishAsync(TriedSecret tried, Origin by, CancellationToken cancel)
    {
        if (tried.Content.Read(MailGrantJson.Default.MailGrant) is not { } grant
            || await accounts.FindAsync(tried.Content.Subject, cancel) is not { } account)
            return Refused(Problems.LoginCodeInvalid, null, by);
        var proof = new EmailProof(account.Id, grant.SecurityStamp, grant.Email, tried.Key, MailSecrets.Login.Both, ByStranger: true);
        var verified = by.Does(EventKind.AccountEmailVerified, clock.Now()) with { AccountId = account.Id };
        if (await accounts.TryProveEmailAsync(proof, verified) is not { } proved) return Refused(Problems.LoginCodeInvalid, account.Id, by);
        trail.Record(proved.Events);
        return new MailboxOwner(account.Id, proved.SecurityStamp);
    }

    Refusal Refused(Refusal refusal, Guid? accountId, Origin by)
    {
        if (refusal.Problem == Problems.InvalidRequest) return refusal;
        var kind = refusal.Problem == Problems.LoginCodeInvalid ? EventKind.LoginRefused : EventKind.LoginThrottled;
        trail.Refuse(by.Does(kind, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return refusal;
    }
}
