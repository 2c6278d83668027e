using Microsoft.Extensions.Logging;

namespace Handstamp.Client;

/// <summary>Every line that this library logs. None contains a token.</summary>
static partial class ClientLog
{
    [LoggerMessage(7000, LogLevel.Warning, "The session could not be refreshed ({Code}). The client tries again in {Pause}.")]
    public static partial void NotRefreshed(ILogger log, string code, TimeSpan pause, Exception fault);

    [LoggerMessage(7001, LogLevel.Information, "The session has ended ({Code}).")]
    public static partial void Ended(ILogger log, string code);

    [LoggerMessage(7003, LogLevel.Information, "The file with the tokens is protected by {Protection}.")]
    public static partial void Protected(ILogger log, FileProtection protection);

    [LoggerMessage(7002, LogLevel.Error, "A handler of SessionChanged failed.")]
    public static partial void ListenerFailed(ILogger log, Exception fault);
}
