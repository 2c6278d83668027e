using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Deletion;

/// <summary>
/// Owners delete their accounts. Until the grace period is over, nobody can use the account, and its owner can keep it: at a
/// login, or with the link of the mail that says what will happen.
/// </summary>
sealed class DeletionOperations(
    IAccountStore accounts, MailNotices notices, SingleUseSecrets secrets, IThrottleStore throttles, AuditTrail trail,
    IOptions<AccountOptions> options, TimeProvider clock)
{
    /// <summary>How many accounts one look of <see cref="DeleteDueAsync(CancellationToken)"/> finds.</summary>
    public const int Batch = 100;

    // Each request sends a mail with a link that takes it back. The number of requests has a limit, and those mails have none, so
    // that the owner hears of every deletion.
    public static readonly ThrottleRule OfAccount = ThrottleRule.Pace(10, TimeSpan.FromDays(3));

    /// <summary>Asks for the deletion, in a session in which the owner has logged in recently. All sessions end.</summary>
    public async Task<OrRefusal<PendingDeletion>> RequestAsync(Guid accountId, Guid sessionId, Origin by)
    {
        var now = clock.Now();
        Throttle[] attempt = [new(ThrottleKeys.ForDeletionsOf(accountId), OfAccount)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new Refusal(Problems.TooManyRequests, RetryAfter: wait);

        var due = now + options.Value.DeletionGrace;
        var requested = by.Does(EventKind.AccountDeletionRequested, now) with
        {
            AccountId = accountId,
            SessionId = sessionId,
            Notice = notices.IsOn ? MailRequest.For(MailKind.AccountDeletionRequested, accountId, by).ToEntry(now) : null,
        };
        var events = await accounts.TryRequestDeletionAsync(new DeletionRequest(accountId, sessionId, due), requested);
        if (events.Count == 0)
        {
            await throttles.GiveBackAsync(attempt, now);
            return Problems.SessionRevoked;
        }
        trail.Record(events);
        if (due == now) await DeleteDueAsync(accountId, by, now);
        // Later than asked for, while a change of the address can still be taken back.
        var pending = await accounts.FindAsync(accountId, default);
        return new PendingDeletion(pending?.DeleteAt ?? due, pending is null);
    }

    /// <summary>
    /// Keeps the account; false if it is not to be deleted, or no longer has the stamp that it had when its owner logged in. Null is
    /// any stamp.
    /// </summary>
    public async Task<bool> CancelAsync(Guid accountId, string? stamp, Origin by)
    {
        var cancelled = by.Does(EventKind.AccountDeletionCancelled, clock.Now()) with { AccountId = accountId };
        if (!await accounts.TryCancelDeletionAsync(accountId, stamp, cancelled)) return false;
        trail.Record(cancelled);
        return true;
    }

    /// <summary>Keeps the account, with the token of the mail. It logs nobody in.</summary>
    public async Task<Refusal?> CancelAsync(string token, Origin by)
    {
        var tried = await secrets.TryAsync(MailSecrets.Restore, token);
        if (tried is not null && await CancelAsync(tried.Content.Subject, stamp: null, by)) return null;
        trail.Refuse(by.Does(EventKind.PasswordRefused, clock.Now()) with
        {
            AccountId = tried?.Content.Subject,
            Outcome = Problems.EmailTokenInvalid.Code,
        });
        return Problems.EmailTokenInvalid;
    }

    /// <summary>Deletes accounts whose grace period is over, at most <see cref="Batch"/>. Returns how many were found.</summary>
    public async Task<int> DeleteDueAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var due = await accounts.ListToDeleteAsync(now, Batch, cancel);
        foreach (var id in due) await DeleteDueAsync(id, Origin.System, now);
        return due.Count;
    }

    // Its owner may keep it at this moment.
    async Task DeleteDueAsync(Guid id, Origin by, DateTimeOffset now) =>
        trail.Record(await accounts.TryDeleteAsync(id, by.Does(EventKind.AccountDeleted, now) with { AccountId = id }, due: now));
}

/// <summary>The answer to an owner who deletes an account.</summary>
/// <param name="DeletesAt">When it is deleted.</param>
/// <param name="Deleted">Whether it already is.</param>
sealed record PendingDeletion(DateTimeOffset DeletesAt, bool Deleted);
