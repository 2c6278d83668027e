using Microsoft.Extensions.Logging;

namespace Handstamp.Server.ExternalLogins;

/// <summary>The log lines of this folder, 3080 to 3099. They name no person, and contain no code and no token.</summary>
static partial class ExternalLoginLog
{
    [LoggerMessage(3080, LogLevel.Warning, "The provider {Provider} of external logins cannot be used: {Reason}.")]
    public static partial void Unavailable(this ILogger log, string provider, string reason, Exception? exception);

    [LoggerMessage(3081, LogLevel.Information, "A login at the provider {Provider} was refused: {Reason}.")]
    public static partial void Refused(this ILogger log, string provider, string reason);
}
