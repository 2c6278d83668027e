using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Sessions;

/// <summary>How the refresh token travels. Fixed at login; the numbers are stored.</summary>
enum SessionTransport
{
    Body = 0,

    /// <summary>The cookie of <c>/refresh</c>.</summary>
    Cookie = 1,

    /// <summary>The cookie of the service's own pages.</summary>
    Page = 2,
}

/// <summary>One login on one device: one row, from login until it ends.</summary>
sealed record Session
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>The <c>sub</c> of its access tokens if that is not the id of the account: the app's own id of a user.</summary>
    public string? Subject { get; init; }

    /// <summary>The OAuth client, or null for the first party.</summary>
    public string? ClientId { get; init; }

    public required RotationState Rotation { get; init; }

    /// <summary>
    /// The key that made the token of the last generation: a repeated answer is the same, byte for byte.
    /// </summary>
    public required byte MacKeyId { get; init; }

    public required SessionTransport Transport { get; init; }

    /// <summary>The thumbprint of the key that the session is bound to, if any.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>How the person logged in, as RFC 8176 names it, separated by spaces.</summary>
    public required string AuthenticationMethods { get; init; }

    public required DateTimeOffset AuthenticatedAt { get; init; }
    public string? Scope { get; init; }

    /// <summary>
    /// The audience of its access tokens unless a request names another; null for the default of the settings.
    /// </summary>
    public string? Audience { get; init; }

    /// <summary>
    /// The person does not want to be remembered: the idle life is shorter, and a cookie goes when the browser is closed.
    /// </summary>
    public bool IsTemporary { get; init; }

    public required DateTimeOffset IdleExpiresAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The stored signs that two parties use the session.</summary>
    public SuspectedSharing SuspectedSharing { get; init; }

    /// <summary>The event of its beginning.</summary>
    /// <param name="device">From the request that logs in.</param>
    /// <param name="instead">Why the session ended that this one replaces; null for a login.</param>
    public Event Begun(SessionDevice device, EndReason? instead = null) =>
        device.By.Does(EventKind.SessionBegun, device.CreatedAt) with
        {
            AccountId = AccountId,
            SessionId = Id,
            Outcome = instead is { } reason ? Event.OutcomeOf(reason) : null,
            Detail = AuthenticationMethods,
            Notice = device.Notice,
        };

    /// <summary>
    /// Something that is counted by day: for each day, a session has at most one row of each kind and outcome.
    /// </summary>
    public Event Counted(EventKind kind, DateTimeOffset at, Origin by, string? outcome = null) => by.Does(kind, at) with
    {
        AccountId = AccountId,
        SessionId = Id,
        Outcome = outcome,
        Tally = EventId.Tally(kind, new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero), Id, outcome),
        Since = at,
    };
}

/// <summary>
/// Further information for the device list. The session was last used when its newest refresh token was issued.
/// </summary>
sealed record SessionDevice
{
    public string? Name { get; init; }
    public string? UserAgent { get; init; }
    public IPAddress? Address { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The message to the account's owner about this login; null if there is none. It is not read back.</summary>
    public OutboxEntry? Notice { get; init; }

    /// <summary>The person, according to the login's request.</summary>
    public Origin By => new(new Actor(ActorKind.Person), Address, UserAgent);
}

/// <summary>Where a session of the account began, whether it is alive or not.</summary>
readonly record struct SeenDevice(string? UserAgent, IPAddress? Address);

/// <summary>A session with the current state of its account: everything that a decision about it needs.</summary>
sealed record SessionReading(Session Session, SessionEnd? End, AccountState Account, AccountClaims Claims);

sealed record SessionEnd(DateTimeOffset At, EndReason Reason);

enum AccountState { Active, Disabled, Deleted }

/// <summary>A line of the device list.</summary>
sealed record ListedSession(Session Session, SessionDevice Device);
