using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Lets people show that the address of their account is theirs. The mail asks for it only if the account is the reader's own:
/// a confirmed account keeps the password that was set with it.
/// </summary>
sealed class VerificationOperations(
    IAccountStore accounts, PendingRegistrations pending, MailRequests requests, MailCodes codes, SingleUseSecrets secrets,
    PasswordSeal seal, AuditTrail trail, TimeProvider clock)
{
    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn => requests.IsOn;

    /// <summary>Requests another mail. The same answer for every address.</summary>
    public async Task<Refusal?> RequestAsync(string email, Origin by, CancellationToken cancel)
    {
        var refusal = await requests.RequestAsync(MailKind.AddressVerification, email, by, cancel);
        return refusal is null ? null : Refused(refusal, null, by);
    }

    /// <summary>Verifies an address with the token of its mail.</summary>
    public async Task<Refusal?> VerifyAsync(string token, Origin by, CancellationToken cancel) =>
        await secrets.TryAsync(MailSecrets.Verification.Link, token) is { } tried
            ? await FinishAsync(tried, by, cancel)
            : Refused(Problems.EmailTokenInvalid, null, by);

    /// <summary>Verifies an address with the code of its mail.</summary>
    public async Task<Refusal?> VerifyAsync(string email, string code, Origin by, CancellationToken cancel)
    {
        if (EmailAddress.Fault(email) is { } fault) return AccountProblems.InvalidEmail(fault);
        var canonical = EmailAddress.Canonical(email);
        return (await codes.TryAsync(MailSecrets.Verification, canonical, code, Problems.EmailTokenInvalid, by, cancel)).Has(out var tried, out var refusal)
            ? await FinishAsync(tried, by, cancel)
            : Refused(refusal, null, by);
    }

    async Task<Refusal?> FinishAsync(TriedSecret tried, Origin by, CancellationToken cancel)
    {
        if (tried.Content.Read(MailGrantJson.Default.MailGrant) is not { } grant) return Refused(Problems.EmailTokenInvalid, null, by);
        if (await accounts.FindAsync(tried.Content.Subject, cancel) is not { } account)
            return await AddAsync(tried.Content.Subject, grant, by, cancel) ? null : Refused(Problems.EmailTokenInvalid, null, by);
        var proof = new EmailProof(
            account.Id, account.SecurityStamp, grant.Email, tried.Key, MailSecrets.Verification.Both, ByStranger: false);
        var verified = by.Does(EventKind.AccountEmailVerified, clock.Now()) with { AccountId = account.Id };
        if (await accounts.TryProveEmailAsync(proof, verified) is not { } proved) return Refused(Problems.EmailTokenInvalid, account.Id, by);
        trail.Record(proved.Events);
        return null;
    }

    /// <summary>The account of a registration that has waited for this. Of several callers, one adds it.</summary>
    async Task<bool> AddAsync(Guid id, MailGrant grant, Origin by, CancellationToken cancel)
    {
        if (await pending.FindAsync(id, cancel) is not { } registration || registration.SecurityStamp != grant.SecurityStamp) return false;
        var now = clock.Now();
        var account = AccountOperations.NewAccount(Identifier.OfEmail(registration.Email) with { VerifiedAt = now }, roles: [], now) with
        {
            SecurityStamp = registration.SecurityStamp,
            Terms = registration.Terms,
        };
        if (!await seal.TryLearnAsync(registration.PasswordHash))
            throw new StorageUnavailableException("This node does not know the sealing key of this registration yet.");
        if (seal.Renew(registration.PasswordHash, registration.Row, account.Id) is not { } hash) return false;
        account = account with { PasswordHash = hash };
        var added = by.Does(EventKind.AccountAdded, now) with { AccountId = account.Id };
        if (!await accounts.TryCreateAsync(account, added)) return false;
        trail.Record(added);
        await pending.ForgetAsync(id);
        return true;
    }

    Refusal Refused(Refusal refusal, Guid? accountId, Origin by)
    {
        if (refusal.Problem == Problems.InvalidRequest || refusal.Problem == Problems.MailNotConfigured) return refusal;
        var kind = refusal.Problem == Problems.EmailTokenInvalid ? EventKind.RegistrationRefused : EventKind.RegistrationThrottled;
        trail.Refuse(by.Does(kind, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return refusal;
    }
}
