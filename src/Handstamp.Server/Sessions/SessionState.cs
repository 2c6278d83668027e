using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

static class SessionState
{
    /// <summary>
    /// Why the session gets nothing; null if it is alive. For one retry window after a password change, the caller's
    /// own session is only superseded: a request of another tab may be on its way while the jar already has the new
    /// tokens.
    /// </summary>
    public static Refusal? Refusal(SessionReading reading, DateTimeOffset now, TimeSpan retryWindow) => reading switch
    {
        { Account: AccountState.Disabled } => new(Problems.AccountDisabled),
        { Account: AccountState.Active, End: { Reason: EndReason.Replaced, At: var at } } when (now - at).Duration() < retryWindow =>
            new(Problems.RefreshTokenSuperseded, RetryAfter: at + retryWindow - now),
        { End: not null } or { Account: AccountState.Deleted } => new(Problems.SessionRevoked),
        // The idle expiry is never past the absolute one, so it alone decides.
        { Session.IdleExpiresAt: var expiry } when now >= expiry => new(Problems.SessionExpired),
        _ => null,
    };

    public static bool IsAlive(SessionReading reading, DateTimeOffset now) => Refusal(reading, now, TimeSpan.Zero) is null;
}
