using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Postgres.Engine;

static partial class DatabaseLog
{
    [LoggerMessage(8003, LogLevel.Warning,
        "The database {Database} has {Setting}: a refresh that was answered may be lost when its machine fails.")]
    public static partial void NotDurable(ILogger logger, string database, string setting);

    [LoggerMessage(8004, LogLevel.Warning,
        "Calls of other nodes are not heard, so this one looks for news by itself, several times a second.")]
    public static partial void NotHeard(ILogger logger, Exception fault);

    [LoggerMessage(8005, LogLevel.Error,
        "{Server} is not used: it takes writes, on the timeline {Seen}, although another server was promoted since, on {Newest}. "
        + "Stop it. If it was put back on purpose, stop all nodes and delete {File}.")]
    public static partial void OldPrimary(ILogger logger, string server, Timeline seen, Timeline newest, string? file);

    [LoggerMessage(8006, LogLevel.Warning,
        "{File} could not be read or written: after a restart, this node may take an old primary that has come back for the one")]
    public static partial void TimelineNotKept(ILogger logger, string file, Exception fault);
}
