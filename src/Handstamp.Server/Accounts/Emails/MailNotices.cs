using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>Which changes of an account its owner is told of by mail.</summary>
sealed class MailNotices(IEnumerable<IMailSender> senders, OutboxDelivery outbox) : IEventListener
{
    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn { get; } = senders.Any();

    /// <summary>The notice of what <paramref name="by"/> has done to the account; null if the service sends no mails.</summary>
    public OutboxEntry? Of(MailKind kind, Guid accountId, Origin by, DateTimeOffset at) =>
        IsOn ? MailRequest.For(kind, accountId, by).ToEntry(at) : null;

    public void OnRecorded(Event recorded)
    {
        if (recorded.Notice is not null) outbox.Wake();
    }
}
