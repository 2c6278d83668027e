namespace Handstamp.Host.Settings;

/// <summary>The section <c>Logging</c>.</summary>
sealed class LogOptions
{
    /// <summary>
    /// The least level of Handstamp's own lines. The framework's are kept to warnings: they hold queries.
    /// </summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>Left out: <c>text</c> in development, <c>json</c> else.</summary>
    public LogFormat? Format { get; set; }
}

enum LogFormat
{
    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>One line for people.</summary>
    Text,
}

/// <summary>The section <c>Telemetry</c>.</summary>
sealed class TelemetryOptions
{
    /// <summary>Where metrics and traces are sent (OTLP over gRPC): http://127.0.0.1:4317. Left out: nowhere.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Serves <c>/metrics</c> for Prometheus. Whoever can reach the service can read it.</summary>
    public bool Prometheus { get; set; }
}

/// <summary>The section <c>Proxy</c>.</summary>
sealed class ProxyOptions
{
    /// <summary>
    /// Networks of the proxies before the service, such as 10.0.0.0/8, or single addresses. What these, and nobody
    /// else, say in <c>X-Forwarded-For</c> is taken for the caller's address.
    /// </summary>
    public IReadOnlyList<string> Networks { get; set; } = [];
}

/// <summary>The section <c>Connections</c>.</summary>
sealed class ConnectionOptions
{
    /// <summary>
    /// How many may be open at once from one network, an IPv4 address or an IPv6 /64. Those of <c>Proxy:Networks</c>
    /// don't count. 1 to 10000, which is also the limit of all together.
    /// </summary>
    public int PerNetwork { get; set; } = 1000;
}

/// <summary>The section <c>Shutdown</c>.</summary>
sealed class ShutdownOptions
{
    /// <summary>
    /// How long requests are still taken after <c>/health/ready</c> has turned, so that a load balancer notices.
    /// Up to 5 minutes.
    /// </summary>
    public TimeSpan DrainDelay { get; set; }

    /// <summary>How long requests that run may take to finish after that. Up to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The setting <c>Urls</c>.</summary>
sealed class ListenOptions
{
    public const string Default = "http://127.0.0.1:5110";

    /// <summary>Where the service listens: plain-http addresses, separated by semicolons.</summary>
    public string Urls { get; set; } = Default;
}
