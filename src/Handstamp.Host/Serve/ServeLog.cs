using System.Net;

namespace Handstamp.Host.Serve;

static partial class ServeLog
{
    [LoggerMessage(5000, LogLevel.Information, "Listening on {Url}")]
    public static partial void Listening(ILogger log, string url);

    [LoggerMessage(5001, LogLevel.Warning, "{Key}: {Finding}")]
    public static partial void Unsafe(ILogger log, string key, string finding);

    [LoggerMessage(5002, LogLevel.Information, "Stopping: reported as not ready, still serving requests for {DrainDelay}")]
    public static partial void Stopping(ILogger log, TimeSpan drainDelay);

    [LoggerMessage(5003, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(5004, LogLevel.Warning,
        "{Network} has {Limit} open connections, and new ones are refused. If {Network} is your proxy, add it to Proxy:Networks")]
    public static partial void TooManyConnections(ILogger log, IPAddress network, int limit);
}
