using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Server.Sessions;

/// <summary>
/// What is done to sessions that exist, by their owner, by operators and by the service itself: list, rename, end. What ends
/// is in the database first, and on the feed right after. Nothing here asks whether the caller may.
/// </summary>
sealed class SessionOperations(ISessionStore sessions, AuditTrail trail, FeedEpoch epoch, TimeProvider clock)
{
    /// <summary>The length of a device list that its owner sees: more than a person has.</summary>
    public const int MaxDevices = 500;

    /// <summary>The newest live sessions of the account.</summary>
    public Task<IReadOnlyList<ListedSession>> ListAsync(Guid accountId, int limit, CancellationToken cancel) =>
        sessions.ListAsync(accountId, clock.Now(), limit, cancel);

    /// <summary>Changes the name that the account's device list shows for one of its live sessions. Null removes the name.</summary>
    public async Task<Refusal?> RenameAsync(Guid? id, Guid accountId, string? deviceName, Origin by)
    {
        if (!DeviceName.IsValid(deviceName)) return new Refusal(Problems.InvalidRequest, DeviceName.Rule) { Field = "name" };
        if (id is not { } known) return Problems.SessionNotFound;
        var renamed = by.Does(EventKind.SessionRenamed, clock.Now()) with { AccountId = accountId, SessionId = known };
        switch (await sessions.RenameAsync(known, accountId, deviceName, renamed))
        {
            case Renaming.NotFound: return Problems.SessionNotFound;
            case Renaming.Renamed: trail.Record(renamed); break;
        }
        return null;
    }

    /// <summary>Ends it; with <paramref name="inState"/> only if its rotation state is still this one.</summary>
    public async Task<bool> EndAsync(Guid sessionId, SessionEnding ending, RotationState? inState = null)
    {
        var ended = Record(await sessions.TryEndAsync(sessionId, ending, inState)) > 0;
        if (ended && ending.Reason == EndReason.RolledBack && inState is { } row) await epoch.TokenIsAheadAsync(row.IssuedAt);
        return ended;
    }

    /// <summary>Ends it if it is the account's own.</summary>
    public async Task<bool> EndOwnAsync(Guid sessionId, Guid accountId, SessionEnding ending) =>
        Record(await sessions.TryEndOwnAsync(sessionId, accountId, ending)) > 0;

    /// <summary>Ends all sessions of the account. Returns how many were alive.</summary>
    public async Task<int> EndAllAsync(Guid accountId, SessionEnding ending) =>
        Record(await sessions.EndAllAsync(accountId, ending));

    int Record(Event? ended)
    {
        if (ended is null) return 0;
        trail.Record(ended);
        return ended.Count;
    }
}
