using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>One of the nodes sweeps: the node that a row in the database names, until it no longer renews that row.</summary>
public sealed class LeadTests
{
    const string Leader = "SELECT coalesce(max(node::text) FILTER (WHERE until > 0), '') FROM leader";

    [Fact]
    public async Task One_node_leads_and_after_it_is_killed_and_its_term_is_over_the_next_that_asks_leads()
    {
        await using var nodes = await HandstampNodes.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync(), 1);
        var leader = await LeaderAsync(nodes, besides: "");
        await nodes.AddAsync();
        await nodes.AddAsync();
        Assert.Equal(leader, await nodes.AskAsync(Leader));

        await nodes.Processes[0].KillAsync();
        await nodes.RestartAsync(1);
        Assert.Equal(leader, await nodes.AskAsync(Leader));
        await nodes.AskAsync("UPDATE leader SET until = 1");
        await nodes.RestartAsync(2);

        Assert.NotEqual(leader, await LeaderAsync(nodes, besides: leader));
    }

    [Fact]
    public async Task A_node_that_is_stopped_leaves_the_lead_to_the_next_that_asks()
    {
        await using var nodes = await HandstampNodes.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync(), 1);
        var leader = await LeaderAsync(nodes, besides: "");

        await nodes.StopAsync(0);
        Assert.Equal("", await nodes.AskAsync(Leader));
        await nodes.AddAsync();

        Assert.NotEqual(leader, await LeaderAsync(nodes, besides: leader));
    }

    static async Task<string> LeaderAsync(HandstampNodes nodes, string besides)
    {
        var leader = "";
        await Eventually.TrueAsync(async () =>
        {
            leader = (string)(await nodes.AskAsync(Leader))!;
            return leader.Length > 0 && leader != besides;
        }, "another node leads");
        return leader;
    }
}
