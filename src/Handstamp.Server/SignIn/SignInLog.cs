using Microsoft.Extensions.Logging;

namespace Handstamp.Server.SignIn;

/// <summary>The log lines of signing in. They name accounts by id, never by address, and no ticket or answer.</summary>
static partial class SignInLog
{
    [LoggerMessage(3031, LogLevel.Information, "The sign-in of account {AccountId} needs further factors: {Factors}")]
    public static partial void MoreIsDue(this ILogger log, Guid accountId, string factors);

    [LoggerMessage(3032, LogLevel.Information, "A wrong answer to the factor {Factor} in the sign-in of account {AccountId}")]
    public static partial void NotRight(this ILogger log, Guid accountId, string factor);
}
