using System.Net;
using System.Net.Sockets;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>The connection between a store and its server. It counts round trips, and can be cut before an answer.</summary>
sealed class Line : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly int _server;
    readonly Task _accepting;
    int _turns;
    int _cuts;

    public Line(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often the store has sent a request after an answer; each one is a round trip.</summary>
    public int RoundTrips => Volatile.Read(ref _turns);

    /// <summary>
    /// The next request arrives, but its connection ends before the answer. The same happens to later requests.
    /// </summary>
    public void CutBeforeAnswers(int count = 1) => Volatile.Write(ref _cuts, count);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    async Task RelayAsync(Socket store)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (store)
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            var call = new Conversation();
            await Task.WhenAny(PumpAsync(store, server, () => Asked(call)), PumpAsync(server, store, () => IsAnswered(call)));
        }
    }

    static async Task PumpAsync(Socket from, Socket to, Func<bool> pass)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0 && pass();)
                await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // One side has closed.
        }
    }

    bool Asked(Conversation call)
    {
        if (call.IsAnswered) Interlocked.Increment(ref _turns);
        call.IsAnswered = false;
        return true;
    }

    bool IsAnswered(Conversation call)
    {
        call.IsAnswered = true;
        return Interlocked.Decrement(ref _cuts) < 0;
    }

    sealed class Conversation
    {
        public volatile bool IsAnswered = true;
    }
}
