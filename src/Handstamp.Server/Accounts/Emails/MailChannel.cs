using Handstamp.Server.Outbox;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>Turns a waiting request into a mail, and sends it. Nothing is sent, and nothing is said, if there is no account for it.</summary>
sealed class MailChannel(IEnumerable<IMailSender> senders, MailContents contents) : IOutboxChannel
{
    public const string ChannelName = "mail";

    readonly IMailSender? _sender = senders.FirstOrDefault();

    public string Name => ChannelName;

    public async Task DeliverAsync(OutboxEntry entry, CancellationToken cancel)
    {
        if (_sender is null) throw new DeliveryException("This node sends no mail.");
        if (MailRequest.Read(entry.Payload) is not { } request)
            throw new DeliveryException("This node cannot read the request.");
        if (await contents.MakeAsync(entry, request, cancel) is { } mail) await _sender.SendAsync(mail, cancel);
    }
}
