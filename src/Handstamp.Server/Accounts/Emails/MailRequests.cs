using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Requests of mails by strangers. The answer and its work are the same for every address: whether it has an account is
/// looked up when the mail is sent. It costs a hash, so strangers add no more rows than can be hashed.
/// </summary>
sealed class MailRequests(
    IOutboxStore outbox, OutboxDelivery delivery, HashingQueue queue, Argon2id argon2id, IThrottleStore throttles, MailNotices notices,
    IOptions<AccountOptions> options, TimeProvider clock)
{
    // A backlog that strangers caused must not grow without end.
    public const int MostWaiting = 10_000;

    /// <summary>Whether the service sends mails.</summary>
    public bool IsOn => notices.IsOn;

    /// <summary>Requests a mail to this address. Refuses if it cannot be an address, or if there were too many.</summary>
    public async Task<Refusal?> RequestAsync(MailKind kind, string email, Origin by, CancellationToken cancel)
    {
        if (!IsOn) return Problems.MailNotConfigured;
        if (EmailAddress.Fault(email) is { } fault) return AccountProblems.InvalidEmail(fault);
        using var place = queue.TryEnter(by.Address!.Site());
        if (place is null) return HashingQueue.Busy;
        var (canonical, now) = (EmailAddress.Canonical(email), clock.Now());
        var attempt = Pace(canonical, by);
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new Refusal(Problems.TooManyRequests, RetryAfter: wait);

        var refusal = await place.RunAsync(() => argon2id.Hash(canonical), cancel) is null
            ? HashingQueue.Busy
            : await AddAsync(MailRequest.For(kind, canonical, by), now);
        if (refusal is not null) await throttles.GiveBackAsync(attempt, now);
        return refusal;
    }

    /// <summary>Lets a mail wait, if not too many are waiting. Its caller decides what it costs, and how often it may be.</summary>
    public async Task<Refusal?> AddAsync(MailRequest request, DateTimeOffset now)
    {
        if (!await outbox.TryAddAsync(request.ToEntry(now), MostWaiting))
            return new Refusal(Problems.ServerBusy, RetryAfter: TimeSpan.FromMinutes(1));
        delivery.Wake();
        return null;
    }

    /// <summary>How many mails can be requested to the address, and from the network.</summary>
    public Throttle[] Pace(string canonical, Origin by) =>
    [
        new(ThrottleKeys.ForMailsTo(canonical), options.Value.Throttle.MailsOfAddress),
        new(ThrottleKeys.ForMailsOf(by.Address!), options.Value.Throttle.MailsOfNetwork),
    ];
}
