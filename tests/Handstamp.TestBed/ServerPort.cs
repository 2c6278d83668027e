using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Handstamp.TestBed;

/// <summary>
/// A free port below those that the kernel gives to clients. From one of those, a client that tries until the server is
/// there may at last connect to itself; and while a server is down, some client may get its port.
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
                // Somebody else's.
            }
        }
    }
}
