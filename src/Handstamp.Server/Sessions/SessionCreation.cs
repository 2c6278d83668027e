using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Sessions;

/// <summary>The conditions at the moment in which a session is added.</summary>
/// <param name="SecurityStamp">
/// The account's stamp when the person was verified. The account must not be disabled.
/// </param>
/// <param name="Most">The maximum number of live sessions of the account after that.</param>
readonly record struct SessionTerms(string SecurityStamp, int Most)
{
    /// <summary>A session that was used within this time never ends for another one.</summary>
    public static readonly TimeSpan Idleness = TimeSpan.FromDays(1);

    /// <summary>What must not have begun a session before; null for a login.</summary>
    public FormerToken? From { get; init; }

    /// <summary>The event of the session's beginning.</summary>
    public Event Begun(Session session, SessionDevice device) =>
        From is null ? session.Begun(device) : session.Begun(device) with { Outcome = FormerToken.Outcome };
}

/// <summary>A refresh token of the former system.</summary>
/// <param name="Hash">Its hash: 32 bytes.</param>
/// <param name="Until">Until then it is remembered which session it has begun.</param>
sealed record FormerToken(byte[] Hash, DateTimeOffset Until)
{
    /// <summary>The outcome of the event of such a session.</summary>
    public const string Outcome = "moved";
}

/// <summary>A new password, and who set it.</summary>
/// <param name="AccountId">The account, which must not be disabled.</param>
/// <param name="SecurityStamp">The account's stamp when the old password was verified.</param>
/// <param name="Password">The session that replaces the old one.</param>
/// <param name="Caller">The caller's session, which must still be alive.</param>
/// <param name="Notice">The mail to the owner about it; null if there is none.</param>
sealed record PasswordChange(Guid AccountId, string SecurityStamp, HashedPassword Password, Guid Caller, OutboxEntry? Notice = null);

/// <summary>The result of adding a session. Only the first has written anything.</summary>
abstract record SessionCreation
{
    SessionCreation() { }

    /// <summary>The session was added, with the events that were written.</summary>
    public sealed record Begun(SessionReading Reading, IReadOnlyList<Event> Events) : SessionCreation;

    /// <summary>
    /// The account is no longer as it was verified: it has another password, or was disabled or deleted.
    /// </summary>
    public sealed record AccountChanged : SessionCreation;

    /// <summary>The key for its token has been revoked.</summary>
    public sealed record KeyRevoked : SessionCreation;

    /// <summary>The account has reached its limit of live sessions, and too few of them are idle.</summary>
    public sealed record NoRoom : SessionCreation;

    /// <summary>The token of the former system has begun a session before.</summary>
    public sealed record AlreadyMoved : SessionCreation;

    /// <summary>The caller's session has ended.</summary>
    public sealed record CallerEnded : SessionCreation;
}
