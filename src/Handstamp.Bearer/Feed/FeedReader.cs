using System.Net.ServerSentEvents;
using System.Text;
using Handstamp.Bearer.Issuer;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Feed;

/// <summary>
/// Takes in what the feed tells. Remembers up to where all of it could be verified, so that the next connection resumes
/// there.
/// </summary>
sealed class FeedReader(
    IssuerKeys keys, RevokedSessions revoked, FeedStatus status, BearerMetrics metrics,
    IOptions<HandstampBearerOptions> options, TimeProvider time, ILogger<FeedReader> log)
{
    /// <summary>The issuer's reason where the holder of a session has another one in its place, after a password change.</summary>
    const string Replaced = "replaced";

    /// <summary>How long a connection on which an event could not be verified is kept.</summary>
    static readonly TimeSpan Distrust = TimeSpan.FromSeconds(30);

    /// <summary>The id of the last event before any that could not be verified.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>
    /// Reads until the line ends, or until it is time to ask again for an event that could not be verified.
    /// </summary>
    public async Task ReadAsync(Stream line, Action frameCame, CancellationToken cancel)
    {
        var (caughtUp, distrustedSince) = (false, default(long?));
        await foreach (var frame in SseParser.Create(line, ReadData).EnumerateAsync(cancel))
        {
            frameCame();
            if (frame.EventType != "heartbeat" && !await TryTakeAsync(frame.Data, cancel))
                distrustedSince ??= Distrusted();
            else if (distrustedSince is null)
                LastEventId = frame.EventId ?? LastEventId;

            if (distrustedSince is { } since && time.GetElapsedTime(since) >= Distrust)
                return;

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

    async Task<bool> TryTakeAsync(string jwt, CancellationToken cancel)
    {
        var outcome = Verify(jwt);
        if (outcome is SecurityEventOutcome.UnknownKey && await keys.RefreshAsync().WaitAsync(cancel))
            outcome = Verify(jwt);
        switch (outcome)
        {
            case SecurityEventOutcome.Verified verified:
                Take(verified.Event);
                return true;
            // An event that is newer than this library, and is not about access tokens.
            case SecurityEventOutcome.UnknownEvent:
                return true;
            default:
                metrics.EventRejected();
                BearerLog.EventRejected(log, outcome.GetType().Name);
                return false;
        }
    }

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
                // One name for both kinds of keys: each place knows its own.
                keys.Revoke(key.KeyId);
                revoked.Add(key.KeyId, told.IssuedAt);
                BearerLog.KeyRevoked(log, key.KeyId);
                // Its successor is published; the requests that bring its tokens need not wait for it.
                _ = keys.RefreshAsync();
                break;
        }
    }
}
