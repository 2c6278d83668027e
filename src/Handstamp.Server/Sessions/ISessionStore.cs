using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The sessions. Each operation is atomic, and acknowledged only when it is durable. An operation writes its event if
/// and only if it changes something, and returns the event. Only a rotation has none, because it adds no row. A session
/// whose MAC key is revoked has ended at that moment, whatever its row says.
/// </summary>
interface ISessionStore
{
    /// <summary>
    /// Adds the session if the terms hold at that moment, and the key that makes its token is not revoked. If the
    /// account has reached its limit of live sessions, those that have been idle longest end for it. A token of the former system
    /// begins one session, however many callers present it.
    /// </summary>
    Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms);

    /// <summary>
    /// Writes when and how the person has authenticated again into the session, if it is alive and its account still is as
    /// it was verified. No token changes. Returns the session after that; null if a condition fails.
    /// </summary>
    Task<SessionReading?> TryReauthenticateAsync(Reauthentication again, Event done);

    /// <summary>
    /// The rotate cells of the rule as one conditional update. If any condition fails, it returns null and writes
    /// nothing. One condition is that the key of the new token is not revoked. The result is the row after the update.
    /// </summary>
    Task<SessionReading?> TryRotateAsync(Rotation rotation);

    Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>Like <see cref="FindAsync"/>, for a presented refresh token: it waits only for refreshes.</summary>
    Task<SessionReading?> FindPresentedAsync(Guid id) => FindAsync(id, CancellationToken.None);

    /// <summary>
    /// Moves a live session from exactly this rotation state to the next, and counts the late retry; null if the state
    /// has changed.
    /// </summary>
    Task<SessionReading?> TryAdvanceAsync(Guid id, RotationState from, RotationState to, Issue issue, Event lateRetry);

    /// <summary>
    /// Notes the user of a live session that is still in this rotation state, if the use itself writes nothing, and
    /// counts signs of contention. Returns the session after that; null if its state has changed.
    /// </summary>
    Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue);

    /// <summary>
    /// Ends a live session and puts it on the feed; with <paramref name="inState"/>, only if its rotation state is
    /// still this one. Null if there was nothing to end.
    /// </summary>
    Task<Event?> TryEndAsync(Guid id, SessionEnding ending, RotationState? inState = null);

    /// <summary>Ends the live session if it belongs to this account.</summary>
    Task<Event?> TryEndOwnAsync(Guid id, Guid accountId, SessionEnding ending);

    /// <summary>Ends every live session of the account and puts each on the feed; one event says how many.</summary>
    Task<Event?> EndAllAsync(Guid accountId, SessionEnding ending);

    /// <summary>The account's live sessions, newest first.</summary>
    Task<IReadOnlyList<ListedSession>> ListAsync(Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>Where the account's newest sessions began, also those that have ended and were not swept yet.</summary>
    Task<IReadOnlyList<SeenDevice>> ListSeenAsync(Guid accountId, int limit, CancellationToken cancel);

    /// <summary>Names the live session if it belongs to this account. Null removes its name.</summary>
    Task<Renaming> RenameAsync(Guid id, Guid accountId, string? deviceName, Event renamed);

    /// <summary>
    /// Checks the next <paramref name="batch"/> sessions after <paramref name="after"/> in the order of their ids, and
    /// deletes those that ended or expired before <paramref name="before"/>. Returns where to continue; null at the
    /// end.
    /// </summary>
    Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel);
}

/// <summary>What a store of sessions can do in addition if the accounts are in it as well.</summary>
interface IAccountSessionStore : ISessionStore
{
    /// <summary>
    /// Writes a password change, ends all of the account's live sessions, and adds the one that replaces the caller's,
    /// with the name and user agent of its device.
    /// </summary>
    Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device);

    /// <summary>The session that the token of the former system with this hash has begun; null if there is none, or it is forgotten.</summary>
    Task<Guid?> FindMovedAsync(byte[] token, DateTimeOffset now);

    /// <summary>Forgets at most <paramref name="limit"/> tokens of the former system whose time is over.</summary>
    Task<int> SweepMovedAsync(DateTimeOffset now, int limit);
}

/// <summary>
/// The properties of an issue: when, the new end of the idle time, the key of the new token, and who gets it.
/// </summary>
readonly record struct Issue(DateTimeOffset At, TimeSpan IdleLifetime, byte MacKeyId, Use By)
{
    /// <summary>The same for a temporary session. The statement knows which the session is.</summary>
    public TimeSpan TemporaryIdleLifetime { get; init; } = IdleLifetime;
}

/// <summary>A person has authenticated again.</summary>
/// <param name="SessionId">The session in which the person did.</param>
/// <param name="AccountId">The account of the person, which must be the session's and not be disabled.</param>
/// <param name="SecurityStamp">The account's stamp when the person was verified.</param>
/// <param name="Methods">How, as RFC 8176 names it, separated by spaces.</param>
/// <param name="At">When.</param>
sealed record Reauthentication(Guid SessionId, Guid AccountId, string SecurityStamp, string Methods, DateTimeOffset At);

/// <summary>A presented token, and what the rotate cells need to decide.</summary>
readonly record struct Rotation(
    Guid SessionId, int Presented, SessionTransport Transport, string? KeyThumbprint, TimeSpan RetryWindow, Issue Issue);

/// <summary>The result of giving a session a name.</summary>
enum Renaming
{
    /// <summary>The account has no such live session.</summary>
    NotFound,

    /// <summary>The session already had this name.</summary>
    Unchanged,

    Renamed,
}

readonly record struct SweepStep(int Deleted, Guid? Next);
