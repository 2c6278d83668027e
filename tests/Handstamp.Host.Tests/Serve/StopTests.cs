using System.Net;
using System.Runtime.InteropServices;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Serve;

public sealed class StopTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_stops_the_service_cleanly(PosixSignal signal)
    {
        await using var service = await _here.ServeAsync();

        Assert.Equal(0, await service.StopAsync(signal));

        Assert.Contains(service.Output, line => line.EndsWith(" Stopped"));
        Assert.DoesNotContain(service.Output, line => line.Contains("fail:"));
    }

    [Fact]
    public async Task While_the_service_drains_it_is_not_ready_but_still_accepts_requests()
    {
        await using var service = await _here.ServeAsync("--Shutdown:DrainDelay=00:00:05");
        Assert.Equal(200, await StatusAsync(service, "health/ready"));

        var stopped = service.StopAsync();
        int status;
        do status = await StatusAsync(service, "health/ready");
        while (status == 200);

        Assert.Equal(503, status);
        // Without the delay, one or two requests may still be accepted, but not this many.
        for (var request = 0; request < 20; request++) Assert.Equal(200, await StatusAsync(service, "health/live"));
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_follower_of_the_feed_does_not_delay_the_stop()
    {
        await using var service = await _here.ServeAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        using var feed = await http.GetAsync("revocations", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, feed.StatusCode);

        Assert.Equal(0, await service.StopAsync());

        Assert.DoesNotContain(service.Output, line => line.Contains("fail:"));
    }

    [Fact]
    public async Task A_session_continues_after_a_restart()
    {
        LoggedIn tokens;
        await using (var first = await _here.ServeAsync())
        {
            using var before = new HandstampClient(first.Address);
            tokens = await before.JoinAsync(Ada);
            await first.StopAsync();
        }

        await using var second = await _here.ServeAsync();
        using var after = new HandstampClient(second.Address);
        Assert.Equal(200, (await after.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_session_continues_after_a_kill()
    {
        LoggedIn tokens;
        await using (var first = await _here.ServeAsync("--Sessions:RetryWindow=0"))
        {
            using var before = new HandstampClient(first.Address);
            tokens = await before.JoinAsync(Ada);
            var (_, body) = await before.RefreshAsync(tokens.RefreshToken);
            tokens = tokens with { RefreshToken = body.GetProperty("refresh_token").GetString()! };
            await first.KillAsync();
        }

        await using var second = await _here.ServeAsync("--Sessions:RetryWindow=0");
        using var after = new HandstampClient(second.Address);
        Assert.Equal(200, (await after.RefreshAsync(tokens.RefreshToken)).Status);
    }

    public void Dispose() => _here.Dispose();

    // Each request has its own connection, like a load balancer's: an open connection may be answered a little longer.
    static async Task<int> StatusAsync(ListeningProcess service, string path)
    {
        using var client = new HandstampClient(service.Address);
        return (await client.GetAsync(path)).Status;
    }
}
