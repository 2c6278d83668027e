using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>PgBouncer between the service and its database.</summary>
public sealed class PoolerTests : PostgresTests
{
    // A pooler accepts no options.
    const string NoOptions = "Options=";

    static readonly Sql Timeout = new("SELECT current_setting('statement_timeout')");

    [Fact]
    public async Task A_pooler_in_session_mode_works_with_its_own_defaults()
    {
        await using var bouncer = await PgBouncer.StartAsync(Engine.Server, "session");
        await using var node = Engine.Another($"Port={bouncer.Port};{NoOptions}");
        await node.OpenAsync();

        var session = (await StoreAsync(node, 1))[0];
        for (var count = 0; count < 5; count++) session = (await node.Sessions.TryRotateAsync(Given.Rotation(session)))!.Session;
        Assert.Equal(6, session.Rotation.Last);
        var database = ((PostgresStorage)node.Storage).Database;
        Assert.Equal("4s", await database.FindAsync(Work.Read, Timeout.Call(), static row => row.Text(0)));

        var nodes = node.Get<PostgresNodes>();
        var listening = nodes.NextAsync(Signal.Keys);
        await nodes.StartAsync(Cancel);
        await listening.WaitAsync(Cancel);
        var called = nodes.NextAsync(Signal.Revocations);
        nodes.Publish(Signal.Revocations);
        await called.WaitAsync(Cancel);
        await nodes.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("statement")]
    public async Task A_pooler_that_gives_each_transaction_another_connection_is_refused(string mode)
    {
        await using var bouncer = await PgBouncer.StartAsync(Engine.Server, mode);
        await using var node = Engine.Another($"Port={bouncer.Port};{NoOptions}");

        var refusal = await Assert.ThrowsAsync<StorageStartException>(node.OpenAsync);

        Assert.Contains("Set its pool_mode to session", refusal.Message, StringComparison.Ordinal);
    }
}
