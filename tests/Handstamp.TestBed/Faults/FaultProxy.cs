using System.Net;
using System.Net.Sockets;

namespace Handstamp.TestBed.Faults;

/// <summary>
/// A network that misbehaves, between clients and the service, on real connections.
/// </summary>
/// <param name="service">The service. It may start later, so that it can use the proxy's address as its own.</param>
/// <param name="weather">The behaviour of the network.</param>
public sealed class FaultProxy(Func<Uri> service, Weather weather) : LoopbackServer
{
    readonly int[] _counts = new int[Enum.GetValues<Fault>().Length];

    /// <summary>The number of exchanges for each fault.</summary>
    public IReadOnlyDictionary<Fault, int> Counts => Enum.GetValues<Fault>().ToDictionary(fault => fault, fault => _counts[(int)fault]);

    protected override async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        client.LingerState = new LingerOption(true, 0);
        var stream = client.GetStream();
        while (await HttpMessage.ReadAsync(stream, Stopping) is { } request)
            if (!await ExchangeAsync(stream, request)) return;
    }

    /// <summary>One request and its answer; false when the connection must break.</summary>
    async Task<bool> ExchangeAsync(Stream client, byte[] request)
    {
        var (fault, delay) = weather.Next();
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
                // The client may have left meanwhile; the request arrives anyway.
                await Task.Delay(delay, Stopping);
                return await AnswerAsync(client, await AskAsync(request));
            case Fault.RequestDoubled:
                Run(async () =>
                {
                    await Task.Delay(delay, Stopping);
                    await AskAsync(request);
                });
                return await AnswerAsync(client, await AskAsync(request));
            case Fault.AnswerDropped:
                return await AskAsync(request) is not null;
            case Fault.AnswerCut:
                if (await AskAsync(request) is { } cut) await client.WriteAsync(cut.AsMemory(0, cut.Length / 2), Stopping);
                return false;
            case Fault.AnswerDelayed:
                var late = await AskAsync(request);
                await Task.Delay(delay, Stopping);
                return await AnswerAsync(client, late);
            default:
                return await AnswerAsync(client, await AskAsync(request));
        }
    }

    /// <summary>Forwards the request; returns its answer, or null when the service has closed the connection.</summary>
    async Task<byte[]?> AskAsync(byte[] request, bool cut = false)
    {
        using var connection = new TcpClient { LingerState = new LingerOption(true, 0), NoDelay = true };
        await connection.ConnectAsync(IPAddress.Loopback, service().Port, Stopping);
        var stream = connection.GetStream();
        await stream.WriteAsync(request, Stopping);
        return cut ? null : await HttpMessage.ReadAsync(stream, Stopping);
    }

    async Task<bool> AnswerAsync(Stream client, byte[]? answer)
    {
        if (answer is null) return false;
        await client.WriteAsync(answer, Stopping);
        return true;
    }
}
