using System.Net.ServerSentEvents;
using System.Text;
using Handstamp.Bearer.Issuer;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Feed;

/// <summary>
/// Processes the events of the feed. Remembers the last event up to which everything was verified, so that the next
/// connection resumes there.
/// </summary>
sealed class FeedReader(
    IssuerKeys keys, RevokedSessions revoked, FeedStatus status, BearerMetrics metrics,
    IOptions<HandstampBearerOptions> options, TimeProvider time, ILogger<FeedReader> log)
{
    /// <summary>
    /// The issuer's reason if the holder of a session got another session instead, after a password change.
    /// </summary>
    const string Replaced = "replaced";

    /// <summary>How long a connection is kept on which an event could not be verified.</summary>
    static readonly TimeSpan Distrust = TimeSpan.FromSeconds(30);

    /// <summary>The id of the last event before the first one that could not be verified.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>
    /// Reads until the connection ends, or until it is time to fetch an event again that could not be verified.
    /// </summary>
    public async Task ReadAsync(Stream line, Action frameCame, CancellationToken cancel)
    {
        var (caughtUp, distrustedSince) = (false, default(long?));
        await foreach (var frame in SseParser.Create(line, ReadData).EnumerateAsync(cancel))
        {
            frameCame();
            if (frame.EventType != "heartbeat" && !await TryTakeAsync(frame.Data, isFirst: distrustedSince is null, cancel))
                distrustedSince ??= Distrusted();
            else if (distrustedSince is null)
                LastEventId = frame.EventId ?? LastEventId;

            if (distrustedSince is { } since && time.GetElapsedTime(since) >= Distrust) return;

            caughtUp |= frame.EventType == "heartbeat";
            if (caughtUp && distrustedSince is null)
                Heard();
        }
    }

    static string ReadData(string type, ReadOnlySpan<byte> data) => Encoding.UTF8.GetString(data);

    void Heard()
    {
        if (status.State != FeedState.Following)
            BearerLog.FeedFollowed(log, options.Value.Authority);
        status.Heard();
    }

    long Distrusted()
    {
        status.Fail(FeedState.Untrusted);
        return time.GetTimestamp();
    }

    /// <param name="jwt">The event.</param>
    /// <param name="isFirst">
    /// Whether everything before it could be verified. If so, this event's key is probably new. If not, the connection
    /// itself is wrong.
    /// </param>
    /// <param name="cancel">Cancels the operation.</param>
    async Task<bool> TryTakeAsync(string jwt, bool isFirst, CancellationToken cancel)
    {
        var outcome = await FetchAndVerifyAsync(jwt, Verify(jwt), cancel);
        if (outcome is SecurityEventOutcome.UnknownKey && isFirst)
        {
            // The key is new, and the issuer's node that answered did not have it yet.
            await Task.Delay(IssuerKeys.Pause, time, cancel);
            outcome = await FetchAndVerifyAsync(jwt, outcome, cancel);
        }

        switch (outcome)
        {
            case SecurityEventOutcome.Verified verified:
                Take(verified.Event);
                return true;
            // An event of a newer service, which is not about access tokens.
            case SecurityEventOutcome.UnknownEvent:
                return true;
            default:
                metrics.EventRejected();
                BearerLog.EventRejected(log, outcome.GetType().Name);
                return false;
        }
    }

    async Task<SecurityEventOutcome> FetchAndVerifyAsync(string jwt, SecurityEventOutcome before, CancellationToken cancel) =>
        before is SecurityEventOutcome.UnknownKey && await keys.RefreshAsync().WaitAsync(cancel) ? Verify(jwt) : before;

    SecurityEventOutcome Verify(string jwt) =>
        SecurityEventVerifier.Verify(jwt, keys.Current ?? new JsonWebKeySet([]), options.Value.Authority);

    void Take(SecurityEvent told)
    {
        switch (told.Subject)
        {
            case RevokedSession session:
                revoked.Add(session.SessionId, told.IssuedAt, session.Reason == Replaced);
                break;
            case RevokedKey key:
                // One name for both kinds of keys: each place knows only its own.
                keys.Revoke(key.KeyId);
                revoked.Add(key.KeyId, told.IssuedAt);
                BearerLog.KeyRevoked(log, key.KeyId);
                // The key's successor is published; requests with the successor's tokens do not have to wait for it.
                _ = keys.RefreshAsync();
                break;
        }
    }
}
