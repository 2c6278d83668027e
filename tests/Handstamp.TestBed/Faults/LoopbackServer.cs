using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Handstamp.TestBed.Faults;

/// <summary>
/// Accepts connections on a free port of the loopback, and serves each one separately, until it is disposed of.
/// </summary>
public abstract class LoopbackServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<Task, bool> _running = new();
    readonly Task _accepting;

    protected LoopbackServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    protected CancellationToken Stopping => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // The listener stays until nobody accepts: a client that came at this moment makes it accept once more.
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_running.Keys);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task ServeAsync(TcpClient client);

    protected void Run(Func<Task> work)
    {
        var task = QuietlyAsync(work);
        _running.TryAdd(task, true);
        task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>A broken connection is expected here.</summary>
    protected static async Task QuietlyAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(Stopping);
                Run(() => ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
