using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Http;

static partial class HttpLog
{
    [LoggerMessage(4000, LogLevel.Error, "The database could not be used")]
    public static partial void StorageUnavailable(ILogger log, Exception exception);

    [LoggerMessage(4001, LogLevel.Error, "{Route} failed")]
    public static partial void Failed(ILogger log, string? route, Exception exception);
}
