using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Npgsql;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>A node that starts on a database that other clients use.</summary>
public sealed class NodeStartTests
{
    const string CountWaiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'keys'::regclass";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_whose_start_the_database_keeps_waiting_tries_again()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await using var nodes = await HandstampNodes.StartAsync($"{database};Options=-c statement_timeout=1000", 1);
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync(Cancel);
        await using var busy = await other.BeginTransactionAsync(Cancel);
        await using (var hold = new NpgsqlCommand("LOCK TABLE keys", other)) await hold.ExecuteNonQueryAsync(Cancel);

        var starting = nodes.AddAsync();
        foreach (var waiting in (long[])[1, 0, 1])
            await Eventually.TrueAsync(async () =>
            {
                if (starting.IsCompleted) Assert.Fail($"{(await starting).Address} has started without the keys.");
                return waiting.Equals(await nodes.AskAsync(CountWaiting));
            }, "the start waits for the keys, gives up and asks again");
        await busy.CommitAsync(Cancel);

        await starting;
        using var client = nodes.Client(1);
        Assert.Equal(200, (await client.GetAsync(".well-known/jwks.json")).Status);
    }
}
