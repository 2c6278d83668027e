using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Outbox;

/// <summary>The log lines of the outbox. They contain no receiver and no message.</summary>
static partial class OutboxLog
{
    [LoggerMessage(3040, LogLevel.Warning,
        "Attempt {Attempt} to deliver {Entry} ({Channel}) failed: {Reason} The next attempt is at {Next:O}.")]
    public static partial void DeliveryFailed(this ILogger log, int attempt, Guid entry, string channel, string reason, DateTimeOffset next);

    [LoggerMessage(3041, LogLevel.Error, "{Entry} ({Channel}) was given up after {Attempts} attempts: {Reason}")]
    public static partial void GivenUp(this ILogger log, Guid entry, string channel, int attempts, string reason);

    [LoggerMessage(3042, LogLevel.Warning, "The outbox could not be read or written; the next round tries again.")]
    public static partial void Unavailable(this ILogger log, Exception exception);

    [LoggerMessage(3043, LogLevel.Error, "The channel {Channel} has failed.")]
    public static partial void ChannelFailed(this ILogger log, string channel, Exception exception);
}
