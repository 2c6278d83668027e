using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Secrets;

/// <summary>The log lines of the secrets. They contain no secret and no subject.</summary>
static partial class SecretLog
{
    [LoggerMessage(3030, LogLevel.Warning, "Expired single-use secrets could not be deleted; the next round tries again.")]
    public static partial void SweepFailed(this ILogger log, Exception exception);
}
