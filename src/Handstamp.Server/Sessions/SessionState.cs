using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

static class SessionState
{
    /// <summary>Why the session is not alive; null when it is.</summary>
    public static Problem? Refusal(SessionReading reading, DateTimeOffset now) => reading switch
    {
        { Account: AccountState.Disabled } => Problems.AccountDisabled,
        { End: not null } or { Account: AccountState.Deleted } => Problems.SessionRevoked,
        // The idle expiry is never past the absolute one, so it alone decides.
        { Session.IdleExpiresAt: var expiry } when now >= expiry => Problems.SessionExpired,
        _ => null,
    };
}
