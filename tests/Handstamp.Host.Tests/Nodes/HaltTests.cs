using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>A halted node that continues still handles requests that are long over.</summary>
public sealed class HaltTests
{
    [Fact]
    public async Task A_request_that_waited_at_a_halted_node_ends_no_session()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await using var nodes = await HandstampNodes.StartAsync(database, 2, "--Sessions:RetryWindow=00:00:01");
        using var client = nodes.Client(0);
        using var halted = nodes.Client(1);
        var first = (await client.JoinAsync("ada@example.com")).RefreshToken;

        nodes.Processes[1].Halt();
        var waiting = halted.PostAsync("refresh", new { refresh_token = first });
        var newest = first;
        for (var use = 0; use < 3; use++) newest = await SuccessorAsync(client, newest);
        nodes.Processes[1].Continue();

        using var late = await waiting;
        Assert.Equal(503, (int)late.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), late.Headers.RetryAfter!.Delta);
        Assert.Contains("\"server_halted\"", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await client.RefreshAsync(newest)).Status);
    }

    // Within the window, the token is its own answer.
    static async Task<string> SuccessorAsync(HandstampClient client, string token)
    {
        var next = token;
        await Eventually.TrueAsync(async () =>
        {
            var (status, body) = await client.RefreshAsync(token);
            Assert.Equal(200, status);
            next = body.GetProperty("refresh_token").GetString()!;
            return next != token;
        }, "the token has a successor");
        return next;
    }
}
