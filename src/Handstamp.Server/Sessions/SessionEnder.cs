using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Server.Sessions;

/// <summary>Ends sessions: in the database, and immediately after that on the feed.</summary>
sealed class SessionEnder(ISessionStore sessions, AuditTrail trail, FeedEpoch epoch)
{
    /// <summary>
    /// Ends the session; with <paramref name="inState"/>, only if its rotation state is still this one.
    /// </summary>
    public async Task<bool> EndAsync(Guid sessionId, SessionEnding ending, RotationState? inState = null)
    {
        var ended = Record(await sessions.TryEndAsync(sessionId, ending, inState)) > 0;
        if (ended && ending.Reason == EndReason.RolledBack && inState is { } row) await epoch.TokenIsAheadAsync(row.IssuedAt);
        return ended;
    }

    /// <summary>Ends the session if it belongs to the account.</summary>
    public async Task<bool> EndOwnAsync(Guid sessionId, Guid accountId, SessionEnding ending) =>
        Record(await sessions.TryEndOwnAsync(sessionId, accountId, ending)) > 0;

    public async Task<int> EndAllAsync(Guid accountId, SessionEnding ending) =>
        Record(await sessions.EndAllAsync(accountId, ending));

    int Record(Event? ended)
    {
        if (ended is null) return 0;
        trail.Record(ended);
        return ended.Count;
    }
}
