using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Sessions;

/// <summary>Ends sessions: durably, then on the feed at once.</summary>
sealed class SessionEnder(
    ISessionStore sessions, RevocationFeed feed, FeedEpoch epoch, Telemetry telemetry, ILogger<SessionEnder> log)
{
    /// <summary>Ends it; with <paramref name="inState"/> only if its rotation state is still this one.</summary>
    public async Task<bool> EndAsync(Guid sessionId, EndReason reason, DateTimeOffset now, RotationState? inState = null)
    {
        var ended = Told(sessionId, await sessions.TryEndAsync(sessionId, reason, now, inState), reason);
        if (ended && reason == EndReason.RolledBack && inState is { } row) await epoch.TokenIsAheadAsync(row.IssuedAt);
        return ended;
    }

    /// <summary>Ends it if it is the account's own.</summary>
    public async Task<bool> EndOwnAsync(Guid sessionId, Guid accountId, EndReason reason, DateTimeOffset now) =>
        Told(sessionId, await sessions.TryEndOwnAsync(sessionId, accountId, reason, now), reason);

    public async Task<int> EndAllAsync(Guid accountId, EndReason reason, DateTimeOffset now)
    {
        var count = await sessions.EndAllAsync(accountId, reason, now);
        if (count > 0) TellAll(accountId, count, reason);
        return count;
    }

    /// <summary>So many sessions of the account have been ended, by a statement of somebody else.</summary>
    public void TellAll(Guid accountId, int count, EndReason reason)
    {
        feed.Wake();
        Count(count, reason);
        SessionLog.AllEnded(log, count, accountId, reason);
    }

    bool Told(Guid sessionId, bool ended, EndReason reason)
    {
        if (!ended) return false;
        feed.Wake();
        Count(1, reason);
        SessionLog.Ended(log, sessionId, reason);
        return true;
    }

    void Count(int sessions, EndReason reason) => telemetry.SessionsEnded.Add(sessions, Telemetry.Reason(reason));
}
