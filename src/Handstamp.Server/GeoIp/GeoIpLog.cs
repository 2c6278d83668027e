using Microsoft.Extensions.Logging;

namespace Handstamp.Server.GeoIp;

/// <summary>The log lines of this folder, 2100 to 2109.</summary>
static partial class GeoIpLog
{
    [LoggerMessage(2100, LogLevel.Error, "The file {File} cannot be used: {Reason}. Device lists show no places until it can.")]
    public static partial void DatabaseUnusable(this ILogger log, string file, string reason);
}
