using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Handstamp.Host.Serve;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Serve;

/// <summary>
/// One address opens as many connections as it can, and sends nothing. The loopback has more than one address.
/// </summary>
public sealed class ConnectionGateTests : IDisposable
{
    const int Limit = 20;

    static readonly IPAddress Attacker = IPAddress.Loopback;
    static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly Installation _here = new();
    readonly List<Socket> _sockets = [];

    [Fact]
    public async Task Silent_connections_of_one_address_leave_room_for_others_and_are_closed_soon()
    {
        await using var service = await _here.ServeAsync($"--Connections:PerNetwork={Limit}");
        var crowd = await CrowdAsync(service);
        await Eventually.TrueAsync(
            async () =>
            {
                // By then, silent connections are closed, so on such a slow machine the test would show nothing.
                if (crowd.Took < Limits.ReadTimeout) return true;
                await crowd.EndAsync();
                crowd = await CrowdAsync(service);
                return false;
            },
            "the connections are open before the first of them is closed");

        Assert.True(crowd.Stayed);
        Assert.Equal(HttpStatusCode.OK, crowd.Elsewhere);
        Assert.Null(crowd.Here);

        // Between requests, a connection may rest longer than that.
        await crowd.EndAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, Attacker));
        await service.StopAsync();
        Assert.Contains(service.Output, line => line.Contains($"127.0.0.1 has {Limit} open connections"));
    }

    [Fact]
    public async Task A_configured_proxy_has_no_limit()
    {
        await using var service = await _here.ServeAsync("--Connections:PerNetwork=1", "--Proxy:Networks=127.0.0.1");
        for (var i = 0; i < Limit; i++) await ConnectAsync(service);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, Attacker));
    }

    [Fact]
    public async Task A_connection_that_is_closed_makes_room()
    {
        await using var service = await _here.ServeAsync("--Connections:PerNetwork=1");

        for (var i = 0; i < Limit; i++)
        {
            using var connection = await ConnectAsync(service, "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await ReadAsync(connection));
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _here.Dispose();
    }

    /// <summary>
    /// Opens as many silent connections as one address may have, one of them with half a request, and then another one.
    /// </summary>
    async Task<Crowd> CrowdAsync(ListeningProcess service)
    {
        var began = Stopwatch.GetTimestamp();
        List<Task> silent = [EndOfAsync(await ConnectAsync(service, "GET /health/live HTTP/1.1\r\nHost: "))];
        for (var i = 1; i < Limit; i++) silent.Add(EndOfAsync(await ConnectAsync(service)));
        // The excess connection ends at once; the earlier ones stay.
        await EndOfAsync(await ConnectAsync(service));
        var elsewhere = await AskAsync(service, Other);
        var here = await AskAsync(service, Attacker);
        return new Crowd(silent, silent.TrueForAll(one => !one.IsCompleted), elsewhere, here, Stopwatch.GetElapsedTime(began));
    }

    async Task<Socket> ConnectAsync(ListeningProcess service, string said = "")
    {
        var socket = await ConnectAsync(service.Address.Port, Attacker, Cancel);
        _sockets.Add(socket);
        await socket.SendAsync(Encoding.ASCII.GetBytes(said), Cancel);
        return socket;
    }

    static async Task<Socket> ConnectAsync(int port, IPAddress from, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
        return socket;
    }

    /// <summary>Null if the connection is refused.</summary>
    static async Task<HttpStatusCode?> AskAsync(ListeningProcess service, IPAddress from)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
                new NetworkStream(await ConnectAsync(context.DnsEndPoint.Port, from, cancel), ownsSocket: true),
        });
        try
        {
            using var answer = await http.GetAsync(new Uri(service.Address, "health/live"), Cancel);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Ends when the service has closed the connection.</summary>
    static async Task EndOfAsync(Socket connection) => await ReadAsync(connection);

    static async Task<string> ReadAsync(Socket connection)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (await connection.ReceiveAsync(buffer, Cancel) is > 0 and var read) text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // The connection was closed with a reset.
        }
        return text.ToString();
    }

    sealed record Crowd(List<Task> Silent, bool Stayed, HttpStatusCode? Elsewhere, HttpStatusCode? Here, TimeSpan Took)
    {
        public Task EndAsync() => Task.WhenAll(Silent).WaitAsync(Eventually.Timeout, Cancel);
    }
}
