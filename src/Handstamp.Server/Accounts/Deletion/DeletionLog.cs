using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts.Deletion;

/// <summary>The log lines of this folder, 3160 to 3169.</summary>
static partial class DeletionLog
{
    [LoggerMessage(3160, LogLevel.Warning, "Accounts whose owners have asked for it could not be deleted; the next round tries again.")]
    public static partial void SweepFailed(this ILogger<DeletionSweeper> log, Exception exception);
}
