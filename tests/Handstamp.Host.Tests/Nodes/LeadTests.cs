using Handstamp.Testing.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>Of the nodes one sweeps: the one that holds a lock in the database, for as long as it lives.</summary>
public sealed class LeadTests
{
    // Which connection has it, by the port of its client.
    const string Holders = """
        SELECT coalesce(string_agg(client_port::text, ' '), '') FROM pg_stat_activity
        WHERE datname = current_database() AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)
        """;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_node_leads_and_when_it_is_killed_the_next_that_asks_does()
    {
        await using var nodes = await HandstampNodes.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync(), 1);
        var leader = await HolderAsync(nodes, besides: "");
        await nodes.AddAsync();
        await nodes.AddAsync();
        Assert.Equal(leader, await nodes.AskAsync(Holders));

        await nodes.Processes[0].KillAsync();
        await nodes.RestartAsync(1);

        Assert.DoesNotContain(' ', await HolderAsync(nodes, besides: leader));
    }

    static async Task<string> HolderAsync(HandstampNodes nodes, string besides)
    {
        while (true)
        {
            var holder = (string)(await nodes.AskAsync(Holders))!;
            if (holder.Length > 0 && holder != besides) return holder;
            await Task.Delay(20, Cancel);
        }
    }
}
