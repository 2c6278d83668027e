using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Log lines of the sessions. They name sessions and accounts by id, and contain no address, no token and no part of
/// one.
/// </summary>
static partial class SessionLog
{
    [LoggerMessage(3003, LogLevel.Warning,
        "Session {SessionId} of account {AccountId} ended: generation {Presented} was used after {Last} had been issued. Two parties hold its tokens")]
    public static partial void Reused(ILogger log, Guid sessionId, Guid accountId, int presented, int last);

    [LoggerMessage(3004, LogLevel.Error,
        "Session {SessionId} ended: generation {Presented} is authentic, but the newest one in the database is {Last}. The database has gone back in time")]
    public static partial void RolledBack(ILogger log, Guid sessionId, int presented, int last);

    [LoggerMessage(3005, LogLevel.Information, "{Count} ended and expired sessions deleted")]
    public static partial void Swept(ILogger log, int count);

    [LoggerMessage(3006, LogLevel.Warning, "The sweep stopped; the next round continues")]
    public static partial void SweepFailed(ILogger log, Exception exception);

    [LoggerMessage(3007, LogLevel.Warning, "The revocation log could not be read; the feed continues when it can")]
    public static partial void FeedNotRead(ILogger log, Exception exception);

    [LoggerMessage(3009, LogLevel.Warning,
        "Session {SessionId} of account {AccountId} may be used by two parties: {Sign}. Signs counted: {Count}",
        EventName = "session_sharing_suspected")]
    public static partial void SharingSuspected(ILogger log, Guid sessionId, Guid accountId, SharingSign sign, int count);

    [LoggerMessage(3020, LogLevel.Error,
        "The database has gone back in time: {Evidence}. The followers of the feed start again. Sessions, passwords and accounts that were ended, changed or disabled since then may have their old state: docs/guide/operating.md#backup-and-restore",
        EventName = "database_went_back")]
    public static partial void WentBack(ILogger log, string evidence);

    [LoggerMessage(3021, LogLevel.Warning, "{File} could not be read or written: the service may be late to notice that the database has gone back in time")]
    public static partial void PositionNotKept(ILogger log, string file, Exception exception);

    [LoggerMessage(3022, LogLevel.Warning,
        "The database was restored, or another server has taken over. If the last changes may be missing, see docs/guide/postgres-backup.md#after-a-restore. The followers of the feed start again")]
    public static partial void MayHaveGoneBack(ILogger log);

    [LoggerMessage(3044, LogLevel.Warning,
        "The owner of account {AccountId} gets no mail about a session that was ended for reuse, because the database could not be used.")]
    public static partial void ReuseNotTold(ILogger log, Guid accountId, Exception exception);

    [LoggerMessage(3008, LogLevel.Warning, "A refresh token was sent in place of an access token. Session {SessionId}")]
    public static partial void RefreshTokenMisplaced(ILogger log, Guid sessionId);
}
