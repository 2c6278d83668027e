using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Postgres.Engine;

static partial class DatabaseLog
{
    [LoggerMessage(8003, LogLevel.Warning,
        "The database {Database} has {Setting}: if its machine fails, answered refreshes may be lost.")]
    public static partial void NotDurable(ILogger logger, string database, string setting);

    [LoggerMessage(8004, LogLevel.Warning,
        "Notifications of other nodes do not arrive. This node polls for changes, several times a second.")]
    public static partial void NotHeard(ILogger logger, Exception fault);

    [LoggerMessage(8005, LogLevel.Error,
        "{Server} is not used: it accepts writes on the timeline {Seen}, but another server was promoted later, on {Newest}. "
        + "Stop it. To go back to it on purpose, stop all nodes and delete {File}.")]
    public static partial void OldPrimary(ILogger logger, string server, Timeline seen, Timeline newest, string? file);

    [LoggerMessage(8006, LogLevel.Warning,
        "{File} could not be read or written: after a restart, this node may use an old primary that has come back")]
    public static partial void TimelineNotKept(ILogger logger, string file, Exception fault);
}
