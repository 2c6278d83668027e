using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>Replaces a forgotten password, for a person who can read the mail of the account.</summary>
sealed class RecoveryOperations(
    IAccountStore accounts, AccountOperations operations, PasswordPolicy policy, HashingQueue queue, Argon2id argon2id,
    SingleUseSecrets secrets, KnownDevices devices, IOutboxStore outbox, OutboxDelivery delivery, IThrottleStore throttles, MailNotices notices,
    AuditTrail trail, IOptions<AccountOptions> options, TimeProvider clock)
{
    // A backlog that strangers caused must not grow without end.
    const int MostWaiting = 10_000;

    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn => notices.IsOn;

    /// <summary>
    /// Requests a mail with a link. The answer and its work are the same for every address: whether it has an account
    /// is looked up when the mail is sent. It costs a hash, so strangers add no more rows than can be hashed.
    /// </summary>
    public async Task<Refusal?> RequestAsync(string email, Origin by, CancellationToken cancel)
    {
        if (!IsOn) return Problems.MailNotConfigured;
        if (EmailAddress.Fault(email) is { } fault) return new Refusal(Problems.InvalidRequest, fault);
        using var place = queue.TryEnter(by.Address!.Site());
        if (place is null) return Throttled(Busy, by);
        var (canonical, now) = (EmailAddress.Canonical(email), clock.Now());
        var rules = options.Value.Throttle;
        Throttle[] attempt =
        [
            new(ThrottleKeys.ForMailsTo(canonical), rules.MailsOfAddress),
            new(ThrottleKeys.ForMailsOf(by.Address!), rules.MailsOfNetwork),
        ];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return Throttled(new Refusal(Problems.TooManyRequests, RetryAfter: wait), by);

        if (await place.RunAsync(() => argon2id.Hash(canonical), cancel) is null)
        {
            await throttles.GiveBackAsync(attempt, now);
            return Throttled(Busy, by);
        }

        var entry = MailRequest.For(MailKind.PasswordReset, canonical, by).ToEntry(now);
        if (!await outbox.TryAddAsync(entry, MostWaiting))
        {
            await throttles.GiveBackAsync(attempt, now);
            return Throttled(new Refusal(Problems.ServerBusy, RetryAfter: TimeSpan.FromMinutes(1)), by);
        }
        delivery.Wake();
        return null;
    }

    /// <summary>
    /// Sets the password with the secret of a mail, ends all of the account's sessions, and marks the address as proved.
    /// The secret is spent in the same store operation, and only there: a refused password leaves it valid.
    /// </summary>
    public async Task<Refusal?> ResetAsync(string secret, string password, Origin by, CancellationToken cancel)
    {
        if ((await secrets.TryAsync(ResetSecrets.Requested, secret) ?? await secrets.TryAsync(ResetSecrets.InNotice, secret)) is not { } tried
            || ResetSecrets.Read(tried.Content) is not { } grant
            || await accounts.FindAsync(tried.Content.Subject, cancel) is not { } account
            || account.SecurityStamp != grant.SecurityStamp)
            return Refused(Problems.ResetTokenInvalid, null, by);
        if (policy.Fault(password, account) is { } weakness) return weakness.ToRefusal();
        if (await operations.HashAsync(account, password, by.Address!.Site(), cancel) is not { } hashed)
            return Refused(Busy, account.Id, by);

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

    static Refusal Busy => new(Problems.ServerBusy, RetryAfter: HashingQueue.RetryAfter);

    Refusal Throttled(Refusal refusal, Origin by)
    {
        trail.Refuse(by.Does(EventKind.PasswordThrottled, clock.Now()) with { Outcome = refusal.Problem.Code });
        return refusal;
    }

    Refusal Refused(Refusal refusal, Guid? accountId, Origin by)
    {
        trail.Refuse(by.Does(EventKind.PasswordRefused, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return refusal;
    }
}
