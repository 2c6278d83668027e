using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

static partial class WriterLog
{
    [LoggerMessage(8001, LogLevel.Error,
        "The database {File} takes no writes: what was asked is answered 503 and tried no further, until a write succeeds.")]
    public static partial void Failed(ILogger logger, string file, Exception fault);

    [LoggerMessage(8002, LogLevel.Information, "The database {File} takes writes again.")]
    public static partial void Recovered(ILogger logger, string file);
}
