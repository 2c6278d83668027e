using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class NodesTests : PostgresTests
{
    [Fact]
    public async Task The_others_receive_a_call_with_its_subject()
    {
        await using var other = Engine.Another();
        await other.OpenAsync();
        var (here, there) = (await ListeningAsync(Engine), await ListeningAsync(other));
        var (keys, revocations) = (there.NextAsync(Signal.Keys), there.NextAsync(Signal.Revocations));

        here.Publish(Signal.Keys);

        await keys.WaitAsync(Cancel);
        Assert.False(revocations.IsCompleted);
        here.Publish(Signal.Revocations);
        await revocations.WaitAsync(Cancel);
    }

    [Fact]
    public async Task A_node_that_was_cut_off_checks_everything_when_it_listens_again()
    {
        var node = await ListeningAsync(Engine);
        var heard = node.NextAsync(Signal.Revocations);

        await CutOffAsync("LISTEN%");

        await heard.WaitAsync(Cancel);
    }

    [Fact]
    public async Task One_node_leads_until_it_stops_and_then_another_one_does()
    {
        await using var other = Engine.Another();
        await other.OpenAsync();
        var (first, second) = (Engine.Get<INodes>(), other.Get<INodes>());

        Assert.True(await first.TryLeadAsync(Cancel));
        Assert.False(await second.TryLeadAsync(Cancel));
        Assert.True(await first.TryLeadAsync(Cancel));

        await Engine.Get<PostgresNodes>().StopAsync(Cancel);
        Assert.True(await second.TryLeadAsync(Cancel));
    }

    [Fact]
    public async Task A_node_that_does_not_renew_its_lead_loses_it_to_the_next_that_asks()
    {
        await using var other = Engine.Another();
        await other.OpenAsync();
        var (node, next) = (Engine.Get<INodes>(), other.Get<INodes>());
        Assert.True(await node.TryLeadAsync(Cancel));

        await Engine.AskAsync($"UPDATE leader SET until = {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}");

        Assert.True(await next.TryLeadAsync(Cancel));
        Assert.False(await node.TryLeadAsync(Cancel));
    }

    [Fact]
    public async Task A_user_who_may_only_connect_blocks_neither_the_lead_nor_a_start()
    {
        await using var stranger = await StrangerAsync();
        await stranger.ExecuteAsync(HoldAdvisoryLocks(await AskAsync<string>("SELECT current_schema()::text")), Cancel);
        await Engine.CloseAsync();
        await Engine.EmptyAsync();

        await Engine.OpenAsync().WaitAsync(Eventually.Timeout, Cancel);

        Assert.True(await Engine.Get<INodes>().TryLeadAsync(Cancel));
    }

    async Task<NpgsqlConnection> StrangerAsync()
    {
        await Engine.AskAsync("DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        var connection = new NpgsqlConnection($"{Engine.ConnectionString};Username=stranger");
        await connection.OpenAsync(Cancel);
        return connection;
    }

    // With the names that an earlier version used.
    static string HoldAdvisoryLocks(string schema) => $"""
        SELECT pg_advisory_lock(hashtext('{schema}.handstamp_schema')), pg_advisory_lock(hashtext('{schema}.handstamp_lead'))
        """;

    static async Task<INodes> ListeningAsync(PostgresEngine engine)
    {
        var nodes = engine.Get<PostgresNodes>();
        var listening = nodes.NextAsync(Signal.Keys);
        await nodes.StartAsync(Cancel);
        // The node checks everything when it starts to listen.
        await listening.WaitAsync(Cancel);
        return nodes;
    }

    /// <summary>Ends the connections whose last statement was like this, and waits until they have ended.</summary>
    async Task CutOffAsync(string statement)
    {
        var cut = $"""
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND query LIKE '{statement}'
            """;
        await Eventually.TrueAsync(async () => await AskAsync<long>(cut) == 0, "the connections have ended");
    }
}
