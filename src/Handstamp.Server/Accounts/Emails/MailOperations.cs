using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>A mail that waits, or that was given up. It has no secret: those are made when it is sent.</summary>
/// <param name="Id">Its id, as in the log.</param>
/// <param name="Kind">What it is for; null if another version of the service has stored it.</param>
/// <param name="Receiver">An address, or the id of an account.</param>
/// <param name="CreatedAt">When it was requested.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="DueAt">When it is tried next; null if it was given up.</param>
/// <param name="GivenUpAt">When it was given up; null if it waits.</param>
/// <param name="Failure">Why the last attempt has failed; null before that.</param>
sealed record WaitingMail(
    Guid Id, MailKind? Kind, string Receiver, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? DueAt, DateTimeOffset? GivenUpAt,
    string? Failure);

/// <summary>What an operator does about mails.</summary>
sealed class MailOperations(
    IOutboxStore outbox, OutboxDelivery delivery, IEnumerable<IMailSender> senders, MailLinks links, AuditTrail trail, TimeProvider clock)
{
    /// <summary>The mails that wait or were given up, the oldest first, after this one.</summary>
    public async Task<IReadOnlyList<WaitingMail>> ListAsync(Guid? after, int limit, CancellationToken cancel) =>
        [.. (await outbox.ListAsync(after, limit, cancel)).Select(Shown)];

    /// <summary>Lets a mail that was given up be sent again, now; false if there is none.</summary>
    public async Task<bool> RetryAsync(Guid id, Origin by)
    {
        var retried = by.Does(EventKind.MailRetried, clock.Now()) with { Detail = id.ToString() };
        if (!await outbox.TryRetryAsync(id, retried)) return false;
        trail.Record(retried);
        delivery.Wake();
        return true;
    }

    /// <summary>
    /// Sends a mail to this address at once, without the outbox. Returns what the mail server has answered. Throws
    /// <see cref="DeliveryException"/> if it has not accepted the mail.
    /// </summary>
    public async Task<string> TestAsync(string address, CancellationToken cancel)
    {
        if (EmailAddress.Fault(address) is { } fault) throw new DeliveryException(fault) { IsPermanent = true };
        if (senders.FirstOrDefault() is not { } sender) throw new DeliveryException("The service sends no mail: neither Mail:Server nor Mail:Directory is set.");
        var now = clock.Now();
        return await sender.SendAsync(new OutgoingMail
        {
            Id = EventId.At(now),
            Kind = MailKind.Test,
            To = address,
            At = now,
            Link = links.Service,
            LinkExpiresAt = now,
        }, cancel);
    }

    static WaitingMail Shown(ListedEntry listed)
    {
        var request = MailRequest.Read(listed.Entry.Payload);
        return new WaitingMail(
            listed.Entry.Id, request?.Kind, request?.To ?? request?.Email?.ToLowerInvariant() ?? listed.Entry.Lane, listed.Entry.CreatedAt,
            listed.Attempts, listed.GivenUpAt is null ? listed.DueAt : null, listed.GivenUpAt, listed.Failure);
    }
}
