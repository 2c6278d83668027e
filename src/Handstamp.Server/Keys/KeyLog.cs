using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Keys;

static partial class KeyLog
{
    [LoggerMessage(1000, LogLevel.Information, "Key ring version {Version} read: {Count} keys")]
    public static partial void RingRead(ILogger log, long version, int count);

    [LoggerMessage(1001, LogLevel.Error, "The key ring could not be read or renewed; the keys in memory stay in use")]
    public static partial void RingNotRead(ILogger log, Exception exception);
}
