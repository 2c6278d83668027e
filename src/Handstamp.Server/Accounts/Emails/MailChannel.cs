using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Turns a waiting request into a mail, and sends it. Nothing is sent, and nothing is said, if there is no account for
/// it. The address is the one in the account, and never the one in the request: two that look alike could differ.
/// </summary>
sealed class MailChannel(
    IEnumerable<IMailSender> senders, IAccountStore accounts, SingleUseSecrets secrets, MailLinks links, TimeProvider clock)
    : IOutboxChannel
{
    public const string ChannelName = "mail";

    readonly IMailSender? _sender = senders.FirstOrDefault();

    public string Name => ChannelName;

    public async Task DeliverAsync(OutboxEntry entry, CancellationToken cancel)
    {
        if (_sender is null) throw new DeliveryException("This node sends no mail.");
        if (MailRequest.Read(entry.Payload) is not { } request)
            throw new DeliveryException("This node cannot read the request.");
        if (await FindReceiverAsync(request, cancel) is not var (account, address)) return;

        var (purpose, life) = request.Kind == MailKind.PasswordReset
            ? (ResetSecrets.Requested, ResetSecrets.Life)
            : (ResetSecrets.InNotice, ResetSecrets.LifeInNotice);
        var expiresAt = clock.Now() + life;
        var secret = await secrets.MakeAsync(purpose, ResetSecrets.Content(account, address.Canonical, expiresAt));
        await _sender.SendAsync(new OutgoingMail
        {
            Id = entry.Id,
            Kind = request.Kind,
            To = address.Value,
            Languages = request.Languages,
            At = entry.CreatedAt,
            Link = links.Reset(secret),
            LinkExpiresAt = expiresAt,
            Address = request.Address,
        }, cancel);
    }

    // As soon as one address is proved, the others may be anyone's.
    static IEnumerable<Identifier> Reachable(Account account)
    {
        Identifier[] addresses = [.. account.Identifiers.Where(one => one.Kind == IdentifierKind.Email)];
        return addresses.Any(one => one.VerifiedAt is not null) ? addresses.Where(one => one.VerifiedAt is not null) : addresses;
    }

    async Task<(Account, Identifier)?> FindReceiverAsync(MailRequest request, CancellationToken cancel)
    {
        var account = request switch
        {
            { AccountId: { } id } => await accounts.FindAsync(id, cancel),
            { Email: { } email } => await accounts.FindAsync(IdentifierKind.Email, email, cancel),
            _ => null,
        };
        // A disabled account cannot be used, so its owner has nothing to do.
        if (account is null or { DisabledAt: not null }) return null;
        return Reachable(account).FirstOrDefault(one => request.Email is null || one.Canonical == request.Email) is { } address
            ? (account, address)
            : null;
    }
}
