using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Handstamp.Bearer.Tests;

/// <summary>A port that is bound before the server is built, because an issuer must know its own address.</summary>
sealed class LoopbackPort
{
    readonly Socket _socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, 0));

    public string Address => $"http://{_socket.LocalEndPoint}";

    public void Use(IWebHostBuilder host) => host
        .UseUrls(Address)
        .UseSockets(transport => transport.CreateBoundListenSocket = _ => _socket);
}
