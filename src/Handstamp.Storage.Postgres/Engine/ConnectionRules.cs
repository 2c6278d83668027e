using System.Globalization;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Finds connection strings that Npgsql accepts but cannot connect with, or that the service cannot work with. A
/// message names the keyword, without any value.
/// </summary>
static class ConnectionRules
{
    const int LeastBuffer = 4096;

    const string Ports = "It has to be between 1 and 65535.";

    /// <summary>Throws <see cref="ArgumentException"/>.</summary>
    public static void Check(NpgsqlConnectionStringBuilder settings)
    {
        if (FindFault(settings) is { } fault) throw new ArgumentException(fault);
        try
        {
            // For everything that these rules do not know. It does not connect.
            new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).EnableTransportSecurity().Build().Dispose();
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException or FormatException or InvalidOperationException)
        {
            // Without the original message, which may contain the value.
            throw new ArgumentException("Some keywords contradict each other. Keep only Host, Port, Database, Username and Password.");
        }
    }

    static string? FindFault(NpgsqlConnectionStringBuilder settings) => settings switch
    {
        { Port: < 1 or > 65535 } => $"Port is out of range. {Ports}",
        _ when settings.Host!.Split(',') is var hosts && Array.Exists(hosts, string.IsNullOrWhiteSpace) =>
            "Host has an empty entry. Remove the extra comma.",
        _ when !settings.Host.Split(',').All(HasGoodPort) => $"Host has an invalid port. {Ports}",
        { MaxPoolSize: < 1 } => "Maximum Pool Size has to be at least 1.",
        { MinPoolSize: var least, MaxPoolSize: var most } when least > most => "Minimum Pool Size has to be at most Maximum Pool Size.",
        { ConnectionIdleLifetime: var life, ConnectionPruningInterval: var interval } when life < interval =>
            "Connection Idle Lifetime has to be at least Connection Pruning Interval.",
        { TcpKeepAliveInterval: > 0, TcpKeepAliveTime: 0 } => "TCP Keepalive Interval also needs TCP Keepalive Time.",
        { SslNegotiation: SslNegotiation.Direct, SslMode: SslMode.Disable or SslMode.Allow or SslMode.Prefer } =>
            "SSL Negotiation=Direct needs an SSL Mode of Require, VerifyCA or VerifyFull.",
        { GssEncryptionMode: GssEncryptionMode.Require } =>
            "GSS Encryption Mode cannot be Require, because Kerberos is not built in. Use SSL Mode to encrypt the connection.",
        { ReadBufferSize: < LeastBuffer } => $"Read Buffer Size has to be at least {LeastBuffer}.",
        { WriteBufferSize: < LeastBuffer } => $"Write Buffer Size has to be at least {LeastBuffer}.",
        _ when !IsUtf8(settings.Encoding) => "Encoding has to be UTF8. Omit it.",
        _ when !IsUtf8(settings.ClientEncoding) => "Client Encoding has to be UTF8. Omit it.",
        { TargetSessionAttributes: { } wanted } when !wanted.Equals("any", StringComparison.OrdinalIgnoreCase) && !settings.Host.Contains(',', StringComparison.Ordinal) =>
            "Target Session Attributes selects one of several hosts, but Host lists only one. Omit it, or list all hosts.",
        _ => null,
    };

    // Split as Npgsql does it: an IPv6 address with a port is in brackets.
    static bool HasGoodPort(string host)
    {
        var colon = host.LastIndexOf(':');
        var isAddress = host.IndexOf(':', StringComparison.Ordinal) != colon && host[colon - 1] != ']';
        if (colon < 0 || isAddress || host.TrimStart().StartsWith('/')) return true;
        return int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535;
    }

    static bool IsUtf8(string? encoding) =>
        encoding is null || encoding.Replace("-", "", StringComparison.Ordinal).Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
