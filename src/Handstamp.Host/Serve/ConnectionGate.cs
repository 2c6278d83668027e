using System.Net;
using Handstamp.Host.Settings;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ConnectionOptions = Handstamp.Host.Settings.ConnectionOptions;
using IPNetwork = System.Net.IPNetwork;

namespace Handstamp.Host.Serve;

/// <summary>
/// Keeps one network from taking every connection: each network gets a limited number, and an idle new connection is closed.
/// The server's own time limit for headers starts only with their first byte.
/// </summary>
sealed class ConnectionGate(
    IOptions<ConnectionOptions> options, IOptions<ProxyOptions> proxies, TimeProvider clock, ILogger<ConnectionGate> log)
{
    static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    readonly IPNetwork[] _proxies = [.. proxies.Value.Networks.Select(TrustedProxies.Parse)];
    readonly Lock _lock = new();
    readonly Dictionary<IPAddress, int> _open = [];
    long? _warned;

    public async Task HandleAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = ((IPEndPoint)connection.RemoteEndPoint!).Address.Plain();
        var network = _proxies.Any(proxy => proxy.Contains(address)) ? null : address.Network();
        if (!TryEnter(network)) return;
        try
        {
            if (await BeginsAsync(connection)) await next(connection);
        }
        finally
        {
            Leave(network);
        }
    }

    bool TryEnter(IPAddress? network)
    {
        if (network is null) return true;
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(network);
            if (open < options.Value.PerNetwork)
            {
                _open[network] = open + 1;
                return true;
            }
            Warn(network);
            return false;
        }
    }

    void Leave(IPAddress? network)
    {
        if (network is null) return;
        lock (_lock)
            if (--_open[network] == 0) _open.Remove(network);
    }

    void Warn(IPAddress network)
    {
        if (_warned is { } before && clock.GetElapsedTime(before) < BetweenWarnings) return;
        _warned = clock.GetTimestamp();
        ServeLog.TooManyConnections(log, network, options.Value.PerNetwork);
    }

    async ValueTask<bool> BeginsAsync(ConnectionContext connection)
    {
        using var timeout = new CancellationTokenSource(Limits.ReadTimeout, clock);
        try
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(timeout.Token);
            // Consumes nothing: the server reads it again.
            input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
