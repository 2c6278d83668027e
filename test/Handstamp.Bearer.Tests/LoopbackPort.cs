using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Handstamp.Bearer.Tests;

/// <summary>A port that is ours before a server listens on it: an issuer has to know its own name when it starts.</summary>
sealed record LoopbackPort(nint Handle, string Address)
{
    public static LoopbackPort Take(int number = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // A port is taken again over the remains of old connections; a free one must not be given out twice.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, number != 0);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, number));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        var port = new LoopbackPort(socket.Handle, $"http://{socket.LocalEndPoint}");
        // Kestrel owns it from here on, and closes it; to dispose of it here would wait for that for ever.
        socket.SafeHandle.SetHandleAsInvalid();
        return port;
    }

    public void Listen(KestrelServerOptions kestrel) => kestrel.ListenHandle((ulong)Handle);
}
