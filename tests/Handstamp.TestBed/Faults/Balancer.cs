using System.Net;
using System.Net.Sockets;

namespace Handstamp.TestBed.Faults;

/// <summary>
/// One address for several nodes. Each connection goes to the next node that accepts it, and ends when either side
/// closes it.
/// </summary>
/// <param name="nodes">The nodes. They may start later, so that they can use the balancer's address as their own.</param>
public sealed class Balancer(Func<IReadOnlyList<Uri>> nodes) : LoopbackServer
{
    int _next;

    protected override async Task ServeAsync(TcpClient client)
    {
        using var caller = client;
        using var node = await ConnectAsync();
        (caller.NoDelay, node.NoDelay) = (true, true);
        var (here, there) = (caller.GetStream(), node.GetStream());
        await Task.WhenAny(
            QuietlyAsync(() => here.CopyToAsync(there, Stopping)),
            QuietlyAsync(() => there.CopyToAsync(here, Stopping)));
    }

    async Task<TcpClient> ConnectAsync()
    {
        var all = nodes();
        for (var tried = 0; tried < all.Count; tried++)
        {
            var node = new TcpClient();
            try
            {
                await node.ConnectAsync(IPAddress.Loopback, all[(int)((uint)Interlocked.Increment(ref _next) % all.Count)].Port, Stopping);
                return node;
            }
            catch (SocketException)
            {
                node.Dispose();
            }
        }
        throw new IOException("No node accepts connections.");
    }
}
