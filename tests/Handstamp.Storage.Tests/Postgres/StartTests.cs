using System.Security.Cryptography;
using Handstamp.Server;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class StartTests : PostgresTests
{
    // Other tests make their own tables in the same database at the same time.
    const string CountTables = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace";

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        var tables = await AskAsync<long>(CountTables);

        await Engine.RestartAsync();

        Assert.Equal(tables, await AskAsync<long>(CountTables));
    }

    [Fact]
    public async Task Nodes_that_start_at_once_on_an_empty_database_all_run_and_one_makes_the_tables()
    {
        await Engine.CloseAsync();
        await Engine.EmptyAsync();

        var nodes = Enumerable.Range(0, 8).Select(_ => Engine.Another()).ToList();
        await Task.WhenAll(nodes.Select(node => node.OpenAsync()));

        foreach (var node in nodes) Assert.Empty((await node.Keys.ReadAsync(Cancel)).Keys);
        foreach (var node in nodes) await node.CloseAsync();
    }

    [Fact]
    public async Task A_schema_that_this_program_cannot_share_is_refused()
    {
        await Engine.AskAsync("UPDATE handstamp_schema SET version = 99, works_with = 98");

        Assert.Contains("newer Handstamp", await RefusalAsync());
    }

    [Theory]
    [InlineData("DELETE FROM handstamp_schema")]
    [InlineData("ALTER TABLE handstamp_schema ALTER COLUMN version TYPE text")]
    [InlineData("ALTER TABLE handstamp_schema DROP COLUMN works_with")]
    [InlineData("UPDATE handstamp_schema SET version = -5")]
    [InlineData("UPDATE handstamp_schema SET version = 0")]
    public async Task A_database_that_does_not_say_which_scripts_have_run_is_refused(string sql)
    {
        await Engine.AskAsync(sql);

        Assert.Contains("handstamp_schema does not say which scripts", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_another_session_has_locked_is_reported()
    {
        await Engine.CloseAsync();
        await using var node = Engine.Another("Options=-c statement_timeout=50");
        node.Build();
        await using var other = await Engine.ConnectAsync();
        await using var busy = await other.BeginTransactionAsync(Cancel);
        await other.ExecuteAsync("LOCK TABLE handstamp_schema", Cancel);

        var refusal = await Assert.ThrowsAsync<StorageStartException>(() => node.Get<ISchema>().ReadSchemaAsync(Cancel));

        Assert.Contains("did not answer in time", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("57014", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_that_still_works_with_this_program_is_used()
    {
        await Engine.AskAsync("UPDATE handstamp_schema SET version = 99");

        await Engine.RestartAsync();

        Assert.Equal(99, await AskAsync<int>("SELECT version FROM handstamp_schema"));
    }

    [Fact]
    public async Task Another_programs_tables_are_refused_and_stay_unchanged()
    {
        await Engine.EmptyAsync();
        await Engine.AskAsync("CREATE TABLE accounts (theirs text)");

        await Engine.CloseAsync();
        Assert.Contains("another program", (await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync)).Message);

        Assert.Equal(1, await AskAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"));
    }

    [Theory]
    [InlineData("Port=1", "Cannot reach the database")]
    [InlineData("Database=nowhere", "The database nowhere")]
    [InlineData("Username=nobody", "rejects this user name and password")]
    [InlineData("Username=guest", "may not create tables")]
    public async Task A_fault_is_reported_without_the_password(string wrong, string said)
    {
        await Engine.AskAsync("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        await Engine.EmptyAsync();
        await using var engine = Engine.Another($"Password=secret;{wrong}");

        var refusal = await Assert.ThrowsAsync<StorageStartException>(engine.OpenAsync);

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_certificate_that_is_none_is_named() => Assert.Contains("Root Certificate, SSL Certificate", StartFaults.Explain(
        new NpgsqlException("Exception while connecting", new CryptographicException("ASN1 corrupted data.")), "handstamp").Message);

    [Fact]
    public async Task A_start_that_the_database_keeps_waiting_ends_after_half_a_minute()
    {
        await using var node = Engine.Another("Options=-c statement_timeout=50");
        await using var other = await Engine.ConnectAsync();
        await using var busy = await other.BeginTransactionAsync(Cancel);
        await other.ExecuteAsync("LOCK TABLE keys", Cancel);
        var clock = new FakeTimeProvider();

        var start = StartAsync(node, clock, NullLogger<HandstampStartup>.Instance);
        var seconds = 0;
        await Eventually.TrueAsync(() =>
        {
            if (start.IsCompleted) return true;
            clock.Advance(TimeSpan.FromSeconds(1));
            seconds++;
            return false;
        }, "the start ends");

        Assert.InRange(seconds, 30, int.MaxValue);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => start);
    }

    [Fact]
    public async Task A_start_does_not_wait_for_a_right_that_only_an_administrator_can_grant()
    {
        await using var granted = new GrantedEngine();
        await granted.OpenAsync();
        await granted.AskAsync("REVOKE ALL ON feed FROM granted");
        await using var node = granted.Another("Username=granted");

        // A start that waits by a clock that stands still does not end.
        var start = StartAsync(node, new FakeTimeProvider(), NullLogger<HandstampStartup>.Instance).WaitAsync(Eventually.Timeout, Cancel);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => start);
    }

    [Fact]
    public async Task A_database_that_cannot_store_every_text_is_refused()
    {
        await Engine.AskAsync("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        await using var node = Engine.Another("Database=latin;Search Path=public");

        var refusal = await Assert.ThrowsAsync<StorageStartException>(node.OpenAsync);
        var check = await Assert.ThrowsAsync<StorageStartException>(() => node.Get<ISchema>().ReadSchemaAsync(Cancel));

        Assert.Contains("has the encoding LATIN1", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, check.Message);
        await Engine.AskAsync("DROP DATABASE latin WITH (FORCE)");
    }

    [Fact]
    public async Task A_start_waits_for_a_server_that_recovers_or_does_not_run()
    {
        await using var server = await PostgresServer.StartAsync("hot_standby=off");
        await using (var before = new PostgresEngine(server)) await before.OpenAsync();
        await using var node = new PostgresEngine(server, await server.CreateSchemaAsync());
        await server.StopAsync();
        var told = Assert.Single(await WaitingReasonsAsync(node, server.StartAgainAsync));
        Assert.Contains(": Connection refused", told, StringComparison.Ordinal);

        // While it recovers, it accepts no connections.
        await server.ShellAsync("touch $PGDATA/standby.signal", server.ConnectionString("postgres"));
        await server.StopAsync();
        var ready = server.StartAgainAsync();
        await server.ShellAsync("until pg_isready | grep -q rejecting; do sleep 0.05; done", server.ConnectionString("postgres"));
        told = Assert.Single(await WaitingReasonsAsync(node, async () =>
        {
            await server.ShellAsync("until pg_ctl promote -s -D $PGDATA; do sleep 0.05; done", server.ConnectionString("postgres"));
            await ready;
        }));
        Assert.Contains("does not accept connections yet", told, StringComparison.Ordinal);
    }

    /// <summary>
    /// Starts while the server accepts no connections, calls the helper once it waits, and returns what it logged.
    /// </summary>
    static async Task<IReadOnlyList<string>> WaitingReasonsAsync(PostgresEngine node, Func<Task> helpAsync)
    {
        var told = new ToldReasons();
        var start = StartAsync(node, TimeProvider.System, told);
        await Task.WhenAny(start, told.First);
        await helpAsync();
        await start;
        await node.CloseAsync();
        return told.All;
    }

    static async Task StartAsync(PostgresEngine node, TimeProvider clock, ILogger<HandstampStartup> log)
    {
        node.Build();
        var options = Options.Create(new KeyOptions { MasterKey = Convert.ToBase64String(new byte[32]) });
        using var directory = new TempDirectory();
        var storage = Options.Create(new StorageOptions { DataDirectory = directory.Path });
        using var feed = new FeedEpoch(node.Revocations, storage, clock, NullLogger<FeedEpoch>.Instance);
        using var keys = new KeyRingService(node.Keys, new MasterKeySource(options, storage, NullLogger<MasterKeySource>.Instance),
            new RevokedKeys(storage, NullLogger<RevokedKeys>.Instance), new SingleNode(), Given.Trail(node.Events, clock), options, clock,
            NullLogger<KeyRingService>.Instance);
        await new HandstampStartup(node.Storage, feed, keys, clock, log).StartingAsync(Cancel);
    }

    sealed class ToldReasons : ILogger<HandstampStartup>
    {
        readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly List<string> _all = [];

        public Task First => _first.Task;

        public IReadOnlyList<string> All => _all;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _all.Add(formatter(state, exception));
            _first.TrySetResult();
        }
    }

    async Task<string> RefusalAsync()
    {
        await Engine.CloseAsync();
        Engine.Build();
        var schema = Engine.Get<ISchema>();
        var check = await Assert.ThrowsAsync<StorageStartException>(() => schema.ReadSchemaAsync(Cancel));
        await Engine.CloseAsync();
        var refusal = await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync);
        // What is said before an upgrade is what the start says.
        Assert.Equal(refusal.Message, check.Message);
        return refusal.Message;
    }
}
