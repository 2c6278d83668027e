using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>The log lines of challenges by another service, 3190 to 3199.</summary>
static partial class SiteVerifyLog
{
    [LoggerMessage(3190, LogLevel.Warning, "The service at {Host} that checks visitors cannot be used: {Reason}.")]
    public static partial void SiteVerifyFailed(this ILogger log, string host, string reason);
}
