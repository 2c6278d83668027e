using Handstamp.Server.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Handstamp.Host.Serve;

/// <summary>The limits of a connection, for every caller.</summary>
static class Limits
{
    /// <summary>For all callers together.</summary>
    public const int MaxConnections = 10_000;

    /// <summary>How long a connection may take to begin, and then once more to send the headers of a request.</summary>
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    // A body that is a little too large still reaches the route, which answers as for every other fault.
    const int BodyMargin = 1024;

    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = JsonBody.MaxLength + BodyMargin;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.RequestHeadersTimeout = ReadTimeout;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
    }
}
