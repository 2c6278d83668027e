using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions;

/// <summary>Gives sessions of an account the names that its device list shows.</summary>
sealed class SessionRenamer(ISessionStore sessions, AuditTrail trail)
{
    /// <summary>False when the account has no such live session.</summary>
    public async Task<bool> TryRenameAsync(Guid id, Guid accountId, string? deviceName, Origin by, DateTimeOffset now)
    {
        var renamed = by.Does(EventKind.SessionRenamed, now) with { AccountId = accountId, SessionId = id };
        var renaming = await sessions.RenameAsync(id, accountId, deviceName, renamed);
        if (renaming == Renaming.Renamed) trail.Record(renamed);
        return renaming != Renaming.NotFound;
    }
}
