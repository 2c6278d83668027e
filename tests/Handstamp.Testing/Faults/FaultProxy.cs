using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Handstamp.Testing.Faults;

/// <summary>
/// A network that misbehaves, between clients and the service, on real connections.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<Task, bool> _running = new();
    readonly Func<Uri> _service;
    readonly Weather _weather;
    readonly int[] _counts = new int[Enum.GetValues<Fault>().Length];
    readonly Task _accepting;

    /// <summary>The service may start later, so as to know the proxy's address as its own.</summary>
    public FaultProxy(Func<Uri> service, Weather weather)
    {
        (_service, _weather) = (service, weather);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many exchanges met which fault.</summary>
    public IReadOnlyDictionary<Fault, int> Counts => Enum.GetValues<Fault>().ToDictionary(fault => fault, fault => _counts[(int)fault]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_running.Keys);
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Run(() => ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    void Run(Func<Task> work)
    {
        var task = QuietlyAsync(work);
        _running.TryAdd(task, true);
        task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>A connection that breaks is what all this is about.</summary>
    static async Task QuietlyAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        client.LingerState = new LingerOption(true, 0);
        var stream = client.GetStream();
        while (await HttpMessage.ReadAsync(stream, _stop.Token) is { } request)
            if (!await ExchangeAsync(stream, request)) return;
    }

    /// <summary>One request and its answer; false when the connection is to break.</summary>
    async Task<bool> ExchangeAsync(Stream client, byte[] request)
    {
        var (fault, delay) = _weather.Next();
        Interlocked.Increment(ref _counts[(int)fault]);
        switch (fault)
        {
            case Fault.RequestDropped:
                return true;
            case Fault.RequestCut:
                await AskAsync(request[..(request.Length / 2)], cut: true);
                return false;
            case Fault.RequestDelayed or Fault.Reordered:
                if (fault == Fault.Reordered) Run(() => AskAsync(request));
                // The client may have gone meanwhile; the request arrives all the same.
                await Task.Delay(delay, _stop.Token);
                return await AnswerAsync(client, await AskAsync(request));
            case Fault.RequestDoubled:
                Run(async () =>
                {
                    await Task.Delay(delay, _stop.Token);
                    await AskAsync(request);
                });
                return await AnswerAsync(client, await AskAsync(request));
            case Fault.AnswerDropped:
                return await AskAsync(request) is not null;
            case Fault.AnswerCut:
                if (await AskAsync(request) is { } cut) await client.WriteAsync(cut.AsMemory(0, cut.Length / 2), _stop.Token);
                return false;
            case Fault.AnswerDelayed:
                var late = await AskAsync(request);
                await Task.Delay(delay, _stop.Token);
                return await AnswerAsync(client, late);
            default:
                return await AnswerAsync(client, await AskAsync(request));
        }
    }

    /// <summary>Sends the request on; its answer, or null when the service has ended the connection.</summary>
    async Task<byte[]?> AskAsync(byte[] request, bool cut = false)
    {
        using var service = new TcpClient { LingerState = new LingerOption(true, 0), NoDelay = true };
        await service.ConnectAsync(IPAddress.Loopback, _service().Port, _stop.Token);
        var stream = service.GetStream();
        await stream.WriteAsync(request, _stop.Token);
        return cut ? null : await HttpMessage.ReadAsync(stream, _stop.Token);
    }

    async Task<bool> AnswerAsync(Stream client, byte[]? answer)
    {
        if (answer is null) return false;
        await client.WriteAsync(answer, _stop.Token);
        return true;
    }
}
