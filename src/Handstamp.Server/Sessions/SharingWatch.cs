using Handstamp.Server.Audit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Counts the signs that two parties use a session, reports each as the event <c>session_sharing_suspected</c>, and
/// ends the session if the settings say so.
/// </summary>
sealed class SharingWatch(
    ISessionStore sessions, SessionOperations operations, IOptions<SessionOptions> options, AuditTrail trail, ILogger<SharingWatch> log)
{
    /// <summary>Checks what a use did to the session; true if that has ended it.</summary>
    public async ValueTask<bool> EndsAsync(SessionReading reading, RotationVerdict verdict, Rotation use)
    {
        var session = verdict is RotationVerdict.Rotate or RotationVerdict.LateRetry
            ? reading.Session
            : await NoteAsync(reading.Session, verdict, use);
        if (session?.SuspectedSharing.At != use.Issue.At) return false;

        await ReportAsync(session, SignOf(session.Rotation, verdict), use.Issue);
        if (options.Value.SuspectedSharing != SuspectedSharingPolicy.End) return false;
        await operations.EndAsync(session.Id, use.Issue.By.Origin.BySystem().Ends(EndReason.SharingSuspected, use.Issue.At));
        return true;
    }

    /// <summary>
    /// Reports the use of a token that no longer works, if it is a successor that was never used before.
    /// </summary>
    public async ValueTask LookAtReuseAsync(Session session, Rotation use)
    {
        var row = session.Rotation;
        if (use.Presented > row.SeenBefore && use.Presented != row.Seen) await ReportAsync(session, SharingSign.PassedOver, use.Issue);
    }

    /// <summary>
    /// Notes a use that writes nothing by itself, at most once after each issue, so that nobody can make the service
    /// write by repeating requests.
    /// </summary>
    async ValueTask<Session?> NoteAsync(Session session, RotationVerdict verdict, Rotation use) =>
        verdict is RotationVerdict.Hold or RotationVerdict.Replay or RotationVerdict.Quiet
        && session.SuspectedSharing.Source is { } last && last != use.Issue.By.Source
        && session.SuspectedSharing.SourceChangedAt < session.Rotation.IssuedAt
            ? await sessions.TryNoteUseAsync(session.Id, session.Rotation, use.Issue)
            : null;

    // After a repeated late retry there are three: its successor, the previous one's, and the rotation's own.
    static SharingSign SignOf(RotationState row, RotationVerdict verdict) =>
        verdict == RotationVerdict.LateRetry && row.Last - row.First >= 2
            ? SharingSign.RepeatedLateRetry
            : SharingSign.AlternatingSource;

    // The session's row has already counted the sign. Its event is written right after that, and not in the statement
    // of each rotation.
    Task ReportAsync(Session session, SharingSign sign, Issue issue)
    {
        SessionLog.SharingSuspected(log, session.Id, session.AccountId, sign, session.SuspectedSharing.Count);
        return trail.NoteAsync(session.Counted(EventKind.SessionSharingSuspected, issue.At, issue.By.Origin, Event.OutcomeOf(sign)));
    }
}
