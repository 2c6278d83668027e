using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Storage;

/// <summary>What is said of a database, whichever it is.</summary>
static partial class StorageLog
{
    [LoggerMessage(4002, LogLevel.Warning, "This start asks again for half a minute: {Reason}")]
    public static partial void StartWaits(ILogger log, string reason);

    [LoggerMessage(8001, LogLevel.Error,
        "The database {Database} takes no writes. Whoever asks for one is answered 503, until one succeeds.")]
    public static partial void WritesFail(ILogger log, string database, Exception fault);

    [LoggerMessage(8002, LogLevel.Information, "The database {Database} takes writes again.")]
    public static partial void WritesGoOn(ILogger log, string database);
}
