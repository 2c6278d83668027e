using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>An old primary that comes back and accepts writes, beside the server that was promoted.</summary>
public sealed class TimelineTests : IAsyncLifetime
{
    // The state of the old primary is read each time, and not remembered for a second.
    const string AskAgain = "Host Recheck Seconds=0";

    const string CutOff = """
        psql -qc "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        """;

    PostgresServer _old = null!;
    PostgresServer? _promoted;
    PostgresEngine? _engine;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    PostgresEngine Engine => _engine!;

    public async ValueTask InitializeAsync() => _old = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        if (_promoted is not null) await _promoted.DisposeAsync();
        await _old.DisposeAsync();
    }

    [Fact]
    public async Task A_node_stays_with_the_server_that_was_promoted_and_never_goes_back()
    {
        var session = await FailOverAsync();
        await _old.StartAgainAsync();

        for (var look = 0; look < 5; look++)
        {
            await _promoted!.ShellAsync(CutOff, _promoted.ConnectionString("postgres"));
            Assert.NotNull(await Engine.Sessions.FindPresentedAsync(session));
        }

        await _promoted!.StopAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Engine.Sessions.FindPresentedAsync(session));
        Assert.False(await Engine.Storage.IsWritableAsync(Cancel));
        await _promoted.StartAgainAsync();
        Assert.NotNull(await Engine.Sessions.FindPresentedAsync(session));
        Assert.True(await Engine.Storage.IsWritableAsync(Cancel));
    }

    [Fact]
    public async Task A_node_that_was_restarted_remembers_which_server_was_promoted()
    {
        await FailOverAsync();
        await Engine.CloseAsync();
        await _old.StartAgainAsync();
        await _promoted!.StopAsync();

        var refusal = await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync);

        Assert.Contains("was replaced as the primary", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("postgres.timeline", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.MayPass);
    }

    /// <summary>The standby takes over, and gets a session that the old primary does not have.</summary>
    async Task<Guid> FailOverAsync()
    {
        var schema = await _old.CreateSchemaAsync();
        await using (var before = new PostgresEngine(_old, schema)) await before.OpenAsync();
        _promoted = await _old.PromoteCopyAsync();
        await _old.StopAsync();
        _engine = new PostgresEngine(_old, schema) { Settings = $"Host=127.0.0.1:{_old.Port},127.0.0.1:{_promoted.Port};{AskAgain}" };
        await Engine.OpenAsync();
        await Engine.Get<PostgresNodes>().StartAsync(Cancel);
        var account = Given.Account();
        await Engine.Accounts.TryCreateAsync(account);
        var session = Given.Session(account.Id);
        await Engine.Sessions.TryCreateAsync(session, Given.Device);
        return session.Id;
    }
}
