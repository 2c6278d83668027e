namespace Handstamp.Host.Settings;

/// <summary>The section <c>Logging</c>.</summary>
sealed class LogOptions
{
    /// <summary>
    /// The lowest level of Handstamp's own log lines. The framework logs only warnings, because its other lines contain queries.
    /// </summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>The default is <c>text</c> in development and <c>json</c> otherwise.</summary>
    public LogFormat? Format { get; set; }
}

enum LogFormat
{
    /// <summary>One JSON object per line.</summary>
    Json,

    /// <summary>One line of text per entry, for people.</summary>
    Text,
}

/// <summary>The section <c>Telemetry</c>.</summary>
sealed class TelemetryOptions
{
    /// <summary>Where to send metrics and traces (OTLP over gRPC): http://127.0.0.1:4317. If omitted, nothing is sent.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Serves <c>/metrics</c> for Prometheus. Anyone who can reach the service can read it.</summary>
    public bool Prometheus { get; set; }
}

/// <summary>The section <c>Proxy</c>.</summary>
sealed class ProxyOptions
{
    /// <summary>
    /// Networks of the proxies in front of the service, such as 10.0.0.0/8, or single addresses. Only these are trusted to
    /// name the caller's address in <c>X-Forwarded-For</c>.
    /// </summary>
    public IReadOnlyList<string> Networks { get; set; } = [];
}

/// <summary>The section <c>Connections</c>.</summary>
sealed class ConnectionOptions
{
    /// <summary>
    /// How many connections one network (an IPv4 address or an IPv6 /64) can have open. Connections from
    /// <c>Proxy:Networks</c> do not count. 1 to 10000; 10000 is also the limit for all networks together.
    /// </summary>
    public int PerNetwork { get; set; } = 1000;
}

/// <summary>The section <c>Shutdown</c>.</summary>
sealed class ShutdownOptions
{
    /// <summary>
    /// How long the service still accepts requests after <c>/health/ready</c> has changed, so that a load balancer notices.
    /// Up to 5 minutes.
    /// </summary>
    public TimeSpan DrainDelay { get; set; }

    /// <summary>How long running requests can take to finish after that. Up to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The setting <c>Urls</c>.</summary>
sealed class ListenOptions
{
    public const string Default = "http://127.0.0.1:5110";

    /// <summary>Where the service listens: plain-http addresses, separated by semicolons.</summary>
    public string Urls { get; set; } = Default;
}
