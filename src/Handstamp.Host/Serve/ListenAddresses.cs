using System.Net;
using System.Net.Sockets;
using Handstamp.Host.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Handstamp.Host.Serve;

/// <summary>
/// The sockets that the service listens on. They are bound first, so that a port in use gets a clear message, and port 0
/// is already a real port when the issuer is derived from it.
/// </summary>
sealed class ListenAddresses : IDisposable
{
    readonly Dictionary<EndPoint, Socket> _sockets = [];

    /// <summary>The addresses as callers use them.</summary>
    public IReadOnlyList<string> Urls { get; }

    ListenAddresses(IEnumerable<ListenUrl> urls) => Urls = [.. urls.Select(Bind)];

    public static ListenAddresses Bind(string urls) =>
        ListenUrl.TryParseAll(urls, out var parsed, out var fault)
            ? new(parsed)
            : throw new CommandFailedException(fault);

    public void Configure(KestrelServerOptions kestrel)
    {
        var gate = kestrel.ApplicationServices.GetRequiredService<ConnectionGate>();
        foreach (var endPoint in _sockets.Keys.Cast<IPEndPoint>())
            kestrel.Listen(endPoint, listen => listen.Use(next => connection => gate.HandleAsync(connection, next)));
    }

    public void Configure(SocketTransportOptions transport) =>
        transport.CreateBoundListenSocket = endPoint => _sockets[endPoint];

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
    }

    string Bind(ListenUrl url)
    {
        var port = url.Port;
        foreach (var address in url.Addresses.Where(IsThere))
            port = Bind(new IPEndPoint(address, port), url);
        return url.ToUrl(port);
    }

    int Bind(IPEndPoint wanted, ListenUrl url)
    {
        try
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(wanted);
            _sockets[socket.LocalEndPoint!] = socket;
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException fault)
        {
            var reason = fault.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? "another program uses this port. Stop it, or choose another port with --urls."
                : fault.Message;
            throw new CommandFailedException($"Cannot listen on {url.ToUrl(url.Port)}: {reason}", fault);
        }
    }

    static bool IsThere(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6;
}
