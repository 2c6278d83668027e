using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The sessions. Each operation is atomic, and acknowledged only when it is durable. What changes something writes its
/// event with it, if and only if it changes something, and answers with the event; but a rotation, which adds no row. A
/// session whose MAC key is revoked has ended at that moment, whatever its row says.
/// </summary>
interface ISessionStore
{
    /// <summary>
    /// Adds the session if the terms hold at that moment, and the key that makes its token is not revoked. Where the
    /// account has as many live sessions as it may have, those that have idled longest end for it.
    /// </summary>
    Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms);

    /// <summary>
    /// Writes a password change, ends all of the account's live sessions, and adds the one that takes the place of the
    /// caller's, with its device's name and user agent.
    /// </summary>
    Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device);

    /// <summary>
    /// The rotate cells of the rule as one conditional update: null when any condition fails, and nothing is written.
    /// That the key of the new token is not revoked is one of them.
    /// The reading is of the row as it is afterwards.
    /// </summary>
    Task<SessionReading?> TryRotateAsync(Rotation rotation);

    Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>As <see cref="FindAsync"/>, for a refresh token that was presented: it waits for nothing but refreshes.</summary>
    Task<SessionReading?> FindPresentedAsync(Guid id) => FindAsync(id, CancellationToken.None);

    /// <summary>
    /// Moves a live session from exactly this rotation state to the next, and counts the late retry; null when it has
    /// changed.
    /// </summary>
    Task<SessionReading?> TryAdvanceAsync(Guid id, RotationState from, RotationState to, Issue issue, Event lateRetry);

    /// <summary>
    /// Notes who used a live session that is still in this rotation state, where the use itself writes nothing, and
    /// counts what is a sign of contention. Returns the session as it is afterwards; null when its state has changed.
    /// </summary>
    Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue);

    /// <summary>
    /// Ends a live session and puts it on the feed; with <paramref name="inState"/> only if its rotation state is
    /// still this one. Null when there was nothing to end.
    /// </summary>
    Task<Event?> TryEndAsync(Guid id, SessionEnding ending, RotationState? inState = null);

    /// <summary>Ends the live session if it belongs to this account.</summary>
    Task<Event?> TryEndOwnAsync(Guid id, Guid accountId, SessionEnding ending);

    /// <summary>Ends every live session of the account and puts each on the feed; one event says how many.</summary>
    Task<Event?> EndAllAsync(Guid accountId, SessionEnding ending);

    /// <summary>The account's live sessions, newest first.</summary>
    Task<IReadOnlyList<ListedSession>> ListAsync(Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>Names the live session if it belongs to this account. Null takes its name away.</summary>
    Task<Renaming> RenameAsync(Guid id, Guid accountId, string? deviceName, Event renamed);

    /// <summary>
    /// Looks at the next <paramref name="batch"/> sessions after <paramref name="after"/> in the order of their ids and
    /// deletes those that ended or expired before <paramref name="before"/>. Returns where to go on; null at the end.
    /// </summary>
    Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel);
}

/// <summary>
/// The moment of an issue: when, until when the session may now idle, the key of the new token, and to whom.
/// </summary>
readonly record struct Issue(DateTimeOffset At, TimeSpan IdleLifetime, byte MacKeyId, Use By);

/// <summary>A presented token, and what the rotate cells need to decide about it.</summary>
readonly record struct Rotation(
    Guid SessionId, int Presented, SessionTransport Transport, string? KeyThumbprint, TimeSpan RetryWindow, Issue Issue);

/// <summary>What came of a new name.</summary>
enum Renaming
{
    /// <summary>The account has no such live session.</summary>
    NotFound,

    /// <summary>The session had this name already.</summary>
    Unchanged,

    Renamed,
}

readonly record struct SweepStep(int Deleted, Guid? Next);
