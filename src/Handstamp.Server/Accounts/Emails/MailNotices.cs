using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>Mails to the owner of an account after a change of it.</summary>
sealed class MailNotices(
    IEnumerable<IMailSender> senders, IThrottleStore throttles, OutboxDelivery outbox, IOptions<AccountOptions> options) : IEventListener
{
    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn { get; } = senders.Any();

    /// <summary>
    /// The notice of what <paramref name="by"/> is about to do to the account. Null if the service sends no mails, or if the
    /// account has had as many as strangers can request: an address that was never proved may be a victim's.
    /// </summary>
    public Task<OutboxEntry?> OfAsync(MailKind kind, Guid accountId, Origin by, DateTimeOffset at) =>
        OfAsync(kind, accountId, ThrottleKeys.ForNoticesTo(accountId), by, at);

    /// <summary>
    /// The same about a session. Counted apart: the first thing that a thief does is to log in, and a notice of what he does
    /// then must not be missing for that.
    /// </summary>
    public Task<OutboxEntry?> OfSessionAsync(MailKind kind, Guid accountId, Origin by, DateTimeOffset at) =>
        OfAsync(kind, accountId, ThrottleKeys.ForLoginNoticesTo(accountId), by, at);

    async Task<OutboxEntry?> OfAsync(MailKind kind, Guid accountId, ThrottleKey key, Origin by, DateTimeOffset at)
    {
        if (!IsOn) return null;
        Throttle[] notice = [new(key, options.Value.Throttle.MailsOfAddress)];
        return await throttles.TryTakeAsync(notice, at) is null ? MailRequest.For(kind, accountId, by).ToEntry(at) : null;
    }

    /// <summary>
    /// The event of this notice was not written, so the notice does not count: a thief must not use up the number with changes that
    /// are refused.
    /// </summary>
    public Task GiveBackAsync(Event refused) => refused is { Notice: not null, AccountId: { } account }
        ? throttles.GiveBackAsync([new(ThrottleKeys.ForNoticesTo(account), options.Value.Throttle.MailsOfAddress)], refused.At)
        : Task.CompletedTask;

    public void OnRecorded(Event recorded)
    {
        if (recorded.Notice is not null) outbox.Wake();
    }
}
