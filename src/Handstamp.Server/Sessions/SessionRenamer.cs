using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions;

/// <summary>Sets the names of an account's sessions in the device list.</summary>
sealed class SessionRenamer(ISessionStore sessions, AuditTrail trail)
{
    /// <summary>False if the account has no such live session.</summary>
    public async Task<bool> TryRenameAsync(Guid id, Guid accountId, string? deviceName, Origin by, DateTimeOffset now)
    {
        var renamed = by.Does(EventKind.SessionRenamed, now) with { AccountId = accountId, SessionId = id };
        if (!await sessions.TryRenameAsync(id, accountId, deviceName, renamed)) return false;
        trail.Record(renamed);
        return true;
    }
}
