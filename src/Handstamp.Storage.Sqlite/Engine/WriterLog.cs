using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

static partial class WriterLog
{
    [LoggerMessage(8001, LogLevel.Error,
        "The database {File} takes no writes. Whoever asks for one is answered 503, until one succeeds.")]
    public static partial void Failed(ILogger logger, string file, Exception fault);

    [LoggerMessage(8002, LogLevel.Information, "The database {File} takes writes again.")]
    public static partial void Recovered(ILogger logger, string file);
}
