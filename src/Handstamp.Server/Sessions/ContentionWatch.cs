using Handstamp.Server.Audit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Counts the signs that two parties use a session, reports each as the event <c>session_contended</c>, and ends the
/// session where the settings want that.
/// </summary>
sealed class ContentionWatch(
    ISessionStore sessions, SessionEnder ender, IOptions<SessionOptions> options, Telemetry telemetry,
    ILogger<ContentionWatch> log)
{
    /// <summary>Looks at what a use did to the session; true when that has ended it.</summary>
    public async ValueTask<bool> EndsAsync(SessionReading reading, RotationCell cell, Rotation use)
    {
        var session = cell is RotationCell.Rotate or RotationCell.LateRetry
            ? reading.Session
            : await NoteAsync(reading.Session, cell, use);
        if (session?.Contention.At != use.Issue.At) return false;

        Report(session, SignOf(session.Rotation, cell));
        if (options.Value.Contention != ContentionPolicy.End) return false;
        await ender.EndAsync(session.Id, EndReason.Contended, use.Issue.At);
        return true;
    }

    /// <summary>Reports the use of a dead token if it is a successor that was never used before.</summary>
    public void LookAtReuse(Session session, int presented)
    {
        var row = session.Rotation;
        if (presented > row.SeenBefore && presented != row.Seen) Report(session, ContentionSign.PassedOver);
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

    void Report(Session session, ContentionSign sign)
    {
        telemetry.SessionsContended.Add(1, Telemetry.Sign(sign.ToString()));
        SessionLog.Contended(log, session.Id, session.AccountId, sign, session.Contention.Count);
    }
}
