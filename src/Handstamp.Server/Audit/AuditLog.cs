using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Audit;

/// <summary>
/// The log lines of this folder, 6500 to 6519. They name accounts and sessions by id, and contain no address, no token
/// and no part of one.
/// </summary>
static partial class AuditLog
{
    [LoggerMessage(6500, LogLevel.Information,
        "{Kind}: {Outcome}, account {AccountId}, session {SessionId}, {Detail}, count {Count}, by {ActorKind} {ActorId}",
        EventName = "audit")]
    public static partial void Recorded(
        ILogger log, string kind, string outcome, string accountId, string sessionId, string detail, int count, ActorKind actorKind,
        string actorId);

    [LoggerMessage(6501, LogLevel.Warning, "Old events could not be deleted; the next round tries again")]
    public static partial void SweepFailed(ILogger log, Exception exception);

    [LoggerMessage(6502, LogLevel.Warning, "{Count} refused attempts are missing from the audit trail, because the database could not be used")]
    public static partial void RefusalsLost(ILogger log, int count, Exception exception);

    [LoggerMessage(6503, LogLevel.Warning, "A sign that two parties use session {SessionId} is missing from the audit trail, because the database could not be used")]
    public static partial void SignLost(ILogger log, Guid? sessionId, Exception exception);
}
