using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

static class SessionState
{
    /// <summary>Why the session is not alive; null when it is.</summary>
    public static Problem? Refusal(SessionReading reading, DateTimeOffset now) => reading switch
    {
        { Account: AccountState.Disabled } => Problems.AccountDisabled,
        { End: not null } or { Account: AccountState.Deleted } => Problems.SessionRevoked,
        { Session: var session } when now >= session.IdleExpiresAt || now >= session.ExpiresAt => Problems.SessionExpired,
        _ => null,
    };
}
