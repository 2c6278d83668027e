using Handstamp.Server.Audit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Counts the signs that two parties use a session, reports each as the event <c>session_contended</c>, and ends the
/// session where the settings want that.
/// </summary>
sealed class ContentionWatch(
    ISessionStore sessions, SessionEnder ender, IOptions<SessionOptions> options, AuditTrail trail, ILogger<ContentionWatch> log)
{
    /// <summary>Looks at what a use did to the session; true when that has ended it.</summary>
    public async ValueTask<bool> EndsAsync(SessionReading reading, RotationCell cell, Rotation use)
    {
        var session = cell is RotationCell.Rotate or RotationCell.LateRetry
            ? reading.Session
            : await NoteAsync(reading.Session, cell, use);
        if (session?.Contention.At != use.Issue.At) return false;

        await ReportAsync(session, SignOf(session.Rotation, cell), use.Issue);
        if (options.Value.Contention != ContentionPolicy.End) return false;
        await ender.EndAsync(session.Id, use.Issue.By.Origin.BySystem().Ends(EndReason.Contended, use.Issue.At));
        return true;
    }

    /// <summary>Reports the use of a dead token if it is a successor that was never used before.</summary>
    public async ValueTask LookAtReuseAsync(Session session, Rotation use)
    {
        var row = session.Rotation;
        if (use.Presented > row.SeenBefore && use.Presented != row.Seen) await ReportAsync(session, ContentionSign.PassedOver, use.Issue);
    }

    /// <summary>
    /// Notes a use that writes nothing by itself, at most once after each issue: nobody can make the service write by
    /// asking again and again.
    /// </summary>
    async ValueTask<Session?> NoteAsync(Session session, RotationCell cell, Rotation use) =>
        cell is RotationCell.Hold or RotationCell.Replay or RotationCell.Quiet
        && session.Contention.Source is { } last && last != use.Issue.By.Source
        && session.Contention.SourceChangedAt < session.Rotation.IssuedAt
            ? await sessions.TryNoteUseAsync(session.Id, session.Rotation, use.Issue)
            : null;

    // After a repeated late retry there are the successor that it got, that of the one before, and the rotation's own.
    static ContentionSign SignOf(RotationState row, RotationCell cell) =>
        cell == RotationCell.LateRetry && row.Last - row.First >= 2
            ? ContentionSign.RepeatedLateRetry
            : ContentionSign.AlternatingSource;

    // The session's row has counted the sign already; its event comes right after, and not in the statement of each rotation.
    Task ReportAsync(Session session, ContentionSign sign, Issue issue)
    {
        SessionLog.Contended(log, session.Id, session.AccountId, sign, session.Contention.Count);
        return trail.NoteAsync(session.Counted(EventKind.SessionContended, issue.At, issue.By.Origin, Event.OutcomeOf(sign)));
    }
}
