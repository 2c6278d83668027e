using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class NodesTests : PostgresTests
{
    [Fact]
    public async Task A_call_is_heard_by_the_others_and_for_what_it_is()
    {
        await using var other = Engine.Another();
        await other.OpenAsync();
        var (here, there) = (await ListeningAsync(Engine), await ListeningAsync(other));
        var (keys, revocations) = (there.HearAsync(News.Keys), there.HearAsync(News.Revocations));

        here.Call(News.Keys);

        await keys.WaitAsync(Cancel);
        Assert.False(revocations.IsCompleted);
        here.Call(News.Revocations);
        await revocations.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Who_was_cut_off_looks_at_everything_when_it_listens_again()
    {
        var node = await ListeningAsync(Engine);
        var heard = node.HearAsync(News.Revocations);

        await CutOffAsync("LISTEN%");

        await heard.WaitAsync(Cancel);
    }

    [Fact]
    public async Task One_node_leads_until_it_ends_and_then_another_one()
    {
        await using var other = Engine.Another();
        await other.OpenAsync();
        var (first, second) = (Engine.Get<INodes>(), other.Get<INodes>());

        Assert.True(await first.TryLeadAsync(Cancel));
        Assert.False(await second.TryLeadAsync(Cancel));
        Assert.True(await first.TryLeadAsync(Cancel));

        await Engine.CloseAsync();
        // The server lets the lock go a moment after the connection.
        while (!await second.TryLeadAsync(Cancel)) await Task.Yield();
    }

    [Fact]
    public async Task Who_has_lost_its_connection_has_lost_the_lead_and_may_get_it_again()
    {
        var node = Engine.Get<INodes>();
        Assert.True(await node.TryLeadAsync(Cancel));

        await CutOffAsync("%pg_try_advisory_lock%");

        await using var other = Engine.Another();
        await other.OpenAsync();
        Assert.True(await other.Get<INodes>().TryLeadAsync(Cancel));
        Assert.False(await node.TryLeadAsync(Cancel));
        await other.CloseAsync();
        while (!await node.TryLeadAsync(Cancel)) await Task.Yield();
    }

    static async Task<INodes> ListeningAsync(PostgresEngine engine)
    {
        var nodes = engine.Get<PostgresNodes>();
        var listening = nodes.HearAsync(News.Keys);
        await nodes.StartAsync(Cancel);
        // It looks at everything once it listens.
        await listening.WaitAsync(Cancel);
        return nodes;
    }

    /// <summary>Ends the connections whose last statement was like this, and waits until they are gone.</summary>
    async Task CutOffAsync(string statement)
    {
        var cut = $"""
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND query LIKE '{statement}'
            """;
        while (await AskAsync<long>(cut) > 0) await Task.Yield();
    }
}
