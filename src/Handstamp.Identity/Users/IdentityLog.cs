using Microsoft.Extensions.Logging;

namespace Handstamp.Identity.Users;

/// <summary>Log lines. They name users and sessions by id, and contain no address and no token.</summary>
static partial class IdentityLog
{
    [LoggerMessage(9000, LogLevel.Warning,
        "The roles and claims of user {UserId} are too long for an access token. The token has only the roles, or none of them")]
    public static partial void ClaimsShortened(ILogger log, string userId);

    [LoggerMessage(9001, LogLevel.Error,
        "Credentials of user {UserId} have changed, but the user's sessions could not be ended now. Each ends at its next refresh")]
    public static partial void SessionsNotEnded(ILogger log, string userId, Exception exception);

    [LoggerMessage(9002, LogLevel.Warning, "The revocation log could not be read; ended sessions of other nodes are noticed when it can")]
    public static partial void EndsNotRead(ILogger log, Exception exception);
}
