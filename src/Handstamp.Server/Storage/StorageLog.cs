using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Storage;

/// <summary>Log messages that both engines share.</summary>
static partial class StorageLog
{
    [LoggerMessage(4002, LogLevel.Warning, "The start retries for half a minute: {Reason}")]
    public static partial void StartWaits(ILogger log, string reason);

    [LoggerMessage(8001, LogLevel.Error,
        "The database {Database} accepts no writes. Requests that write get 503 until a write succeeds.")]
    public static partial void WritesFail(ILogger log, string database, Exception fault);

    [LoggerMessage(8002, LogLevel.Information, "The database {Database} accepts writes again.")]
    public static partial void WritesGoOn(ILogger log, string database);
}
