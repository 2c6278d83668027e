using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Handstamp.TestBed;

/// <summary>
/// A free port below those that the kernel gives to clients. On a kernel's port, a client that tries until the server
/// answers could connect to itself; and while a server is down, another client could get its port.
/// </summary>
public static class ServerPort
{
    const int First = 10_000;
    const int Last = 32_000;

    public static int Find()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException) when (attempt < 1000)
            {
                // The port belongs to another process.
            }
        }
    }
}
