using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>A schema that is changed while other clients use it.</summary>
public sealed class MigrationWaitTests : IAsyncLifetime
{
    const string AddColumn = "-- works with: 1\nALTER TABLE sessions ADD COLUMN pace smallint NOT NULL DEFAULT 1";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly PostgresEngine _engine = new();

    public async ValueTask InitializeAsync() => await _engine.OpenAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_script_that_waits_for_a_backup_gives_way_to_others_and_retries()
    {
        await using var backup = await ConnectAsync();
        await using var reading = await backup.BeginTransactionAsync(Cancel);
        await backup.ExecuteAsync("SELECT count(*) FROM sessions", Cancel);

        var script = RunAsync(AddColumn);
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(script.IsCompleted);
            return await _engine.AskAsync("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'") is not 0L;
        }, "the script waits for the backup");

        // This would wait behind the script until the backup ends, if the script did not give way.
        Assert.Null(await _engine.Sessions.FindAsync(Guid.NewGuid(), Cancel));
        await reading.CommitAsync(Cancel);
        await script;
        Assert.Equal("pace", await _engine.AskAsync("SELECT column_name FROM information_schema.columns WHERE column_name = 'pace'"));
    }

    [Fact]
    public async Task A_script_may_take_longer_than_a_statement_of_the_service()
    {
        await RunAsync("-- works with: 1\nSELECT pg_sleep(1.5)", ";Command Timeout=1;Options=-c statement_timeout=1000");

        Assert.Equal(Migrations.Own.Scripts.Count + 1, await _engine.AskAsync("SELECT version FROM handstamp_schema"));
    }

    async Task RunAsync(string script, string settings = "")
    {
        await using var connection = await ConnectAsync(settings);
        await new Migrations([.. Migrations.Own.Scripts, script]).RunAsync(connection, "test", Cancel);
    }

    async Task<NpgsqlConnection> ConnectAsync(string settings = "")
    {
        var connection = new NpgsqlConnection(_engine.ConnectionString + settings);
        await connection.OpenAsync(Cancel);
        return connection;
    }
}
