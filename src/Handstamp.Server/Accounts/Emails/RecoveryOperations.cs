using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>Replaces a forgotten password, for a person who can read the mail of the account.</summary>
sealed class RecoveryOperations(
    IAccountStore accounts, AccountOperations operations, PasswordPolicy policy, SingleUseSecrets secrets, MailRequests requests,
    KnownDevices devices, MailNotices notices, AuditTrail trail, TimeProvider clock)
{
    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn => notices.IsOn;

    /// <summary>
    /// Requests a mail with a link. The answer is the same for every address.
    /// </summary>
    public async Task<Refusal?> RequestAsync(string email, Origin by, CancellationToken cancel)
    {
        if (await requests.RequestAsync(MailKind.PasswordReset, email, by, cancel) is not { } refusal) return null;
        if (refusal.Problem != Problems.InvalidRequest && refusal.Problem != Problems.MailNotConfigured)
            trail.Refuse(by.Does(EventKind.PasswordThrottled, clock.Now()) with { Outcome = refusal.Problem.Code });
        return refusal;
    }

    /// <summary>
    /// Sets the password with the secret of a mail, ends all of the account's sessions, and marks the address as proved.
    /// The secret is spent in the same store operation, and only there: a refused password leaves it valid.
    /// </summary>
    public async Task<Refusal?> ResetAsync(string secret, string password, Origin by, CancellationToken cancel)
    {
        if ((await secrets.TryAsync(ResetSecrets.Requested, secret) ?? await secrets.TryAsync(ResetSecrets.InNotice, secret)) is not { } tried
            || tried.Content.Read(ResetJson.Default.ResetGrant) is not { } grant
            || await accounts.FindAsync(tried.Content.Subject, cancel) is not { } account
            || account.SecurityStamp != grant.SecurityStamp)
            return Refused(Problems.ResetTokenInvalid, null, by);
        if (policy.Fault(password, account) is { } weakness) return weakness.ToRefusal();
        if (await operations.HashAsync(account, password, by.Address!.Site(), cancel) is not { } hashed)
            return Refused(HashingQueue.Busy, account.Id, by);

        var now = clock.Now();
        var events = await accounts.TryResetPasswordAsync(
            new PasswordReset(tried.Key, account.Id, grant.SecurityStamp, grant.Email, hashed),
            by.Does(EventKind.AccountPasswordReset, now) with
            {
                AccountId = account.Id,
                Notice = await notices.OfAsync(MailKind.PasswordChanged, account.Id, by, now),
            });
        if (events.Count == 0) return Refused(Problems.ResetTokenInvalid, account.Id, by);
        trail.Record(events);
        await devices.ForgetFailuresAsync(account);
        return null;
    }

    Refusal Refused(Refusal refusal, Guid? accountId, Origin by)
    {
        var kind = refusal.Problem == Problems.ServerBusy ? EventKind.PasswordThrottled : EventKind.PasswordRefused;
        trail.Refuse(by.Does(kind, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return refusal;
    }
}
