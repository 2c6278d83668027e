using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using Npgsql;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class FaultTests : PostgresTests
{
    // As in the service.
    static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_rotation_whose_answer_was_lost_is_done_once_and_its_client_gets_the_result()
    {
        var line = await Engine.ReopenOverLineAsync();
        var session = await StoredSessionAsync();
        line.CutBeforeAnswers();

        // The second run finds the token used. Then the rule decides, and replays.
        Assert.Null(await Sessions.TryRotateAsync(Given.Rotation(session)));

        Assert.Equal(2, (await ReadAsync(session)).Session.Rotation.Last);
    }

    [Fact]
    public async Task An_operation_that_would_answer_differently_the_second_time_is_not_repeated()
    {
        var line = await Engine.ReopenOverLineAsync();
        var session = await StoredSessionAsync();
        line.CutBeforeAnswers();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));

        Assert.False(await IsAliveAsync(session));
        Assert.Single(await ReadFeedAsync());
    }

    [Fact]
    public async Task A_read_is_repeated()
    {
        var line = await Engine.ReopenOverLineAsync();
        var session = await StoredSessionAsync();
        line.CutBeforeAnswers(3);

        Assert.Equal(session, (await ReadAsync(session)).Session);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_stopped_or_killed_loses_nothing_that_was_acknowledged(bool killed)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var engine = new PostgresEngine(server);
        await engine.OpenAsync();
        var rotating = (await StoreAsync(engine, 20)).Select(session => new Rotating(engine, session)).ToList();

        await AllRotateAsync(rotating);
        var last = rotating.Select(one => one.UntilItFailsAsync()).ToList();
        await (killed ? server.KillAsync() : server.StopAsync());
        await Task.WhenAll(last);
        Assert.False(await engine.Storage.IsWritableAsync(Cancel));
        await server.StartAgainAsync();

        Assert.True(await engine.Storage.IsWritableAsync(Cancel));
        foreach (var one in rotating)
            Assert.InRange((await one.ReadAsync()).Rotation.Last, one.Acknowledged.Rotation.Last, one.Acknowledged.Rotation.Last + 1);
    }

    [Fact]
    public async Task A_commit_that_no_standby_has_confirmed_is_not_acknowledged()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var engine = new PostgresEngine(server);
        await engine.OpenAsync();
        await using var impatient = engine.Another("Command Timeout=1");
        impatient.Build();
        var session = (await StoreAsync(engine, 1))[0];
        await ConfigureAsync(engine, "synchronous_standby_names = 'nobody'");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => impatient.Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));

        // It is also not visible: it is not cancelled, because that would leave it committed on this server alone,
        // visible to everybody.
        Assert.Null((await engine.Sessions.FindAsync(session.Id, Cancel))!.End);
        await ConfigureAsync(engine, "synchronous_standby_names = ''");
    }

    [Fact]
    public async Task A_read_only_database_accepts_no_writes_until_it_is_writable_again()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var engine = new PostgresEngine(server);
        await engine.OpenAsync();
        var session = (await StoreAsync(engine, 1))[0];

        await ConfigureAsync(engine, "default_transaction_read_only = on");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Sessions.TryRotateAsync(Given.Rotation(session)));
        Assert.NotNull(await engine.Sessions.FindAsync(session.Id, Cancel));
        Assert.False(await engine.Storage.IsWritableAsync(Cancel));

        await ConfigureAsync(engine, "default_transaction_read_only = off");
        Assert.True(await engine.Storage.IsWritableAsync(Cancel));
        Assert.NotNull(await engine.Sessions.TryRotateAsync(Given.Rotation(session)));
    }

    [Fact]
    public async Task A_caller_that_finds_all_connections_in_use_is_refused_after_a_moment()
    {
        await using var engine = new PostgresEngine { Settings = "Maximum Pool Size=2", QueueTimeout = AMoment };
        await engine.OpenAsync();
        Assert.True(await engine.Storage.IsWritableAsync(Cancel));
        var sessions = await StoreAsync(engine, 2);
        await using var held = await HoldAsync(engine, sessions[0]);

        // Two callers have the connections and wait for the row; the others wait for a connection.
        var waiting = Enumerable.Range(0, 2).Select(_ => TryAsync(() => engine.Sessions.TryRotateAsync(Given.Rotation(sessions[0])))).ToList();
        var others = await InParallelAsync(50, _ => TryAsync(() => engine.Sessions.TryRotateAsync(Given.Rotation(sessions[1]))));

        Assert.All(others, fault => Assert.Contains("in use", fault?.Message, StringComparison.Ordinal));
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        Assert.False(await engine.Storage.IsWritableAsync(Cancel));
        await held.DisposeAsync();
        await Task.WhenAll(waiting);
        Assert.NotNull(await engine.Sessions.TryRotateAsync(Given.Rotation(sessions[1])));
        Assert.True(await engine.Storage.IsWritableAsync(Cancel));
    }

    [Fact]
    public async Task Refreshes_continue_while_every_end_of_a_session_waits_for_the_feed()
    {
        await using var node = Engine.Another();
        node.QueueTimeout = AMoment;
        await node.OpenAsync();
        var sessions = await StoreAsync(node, 41);
        await using var held = await node.ConnectAsync();
        await using var open = await held.BeginTransactionAsync(Cancel);
        await held.ExecuteAsync("SELECT 1 FROM feed FOR UPDATE", Cancel);
        var ends = sessions.Skip(1).Select(one => TryAsync(() => node.Sessions.TryEndAsync(one.Id, EndReason.Logout, Given.Now))).ToList();
        await Eventually.TrueAsync(
            async () => await AskAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('tuple', 'transactionid')") >= 15,
            "the ends wait for the feed");

        // Everything that a refresh may need: the rotation, the reading after no rotation was possible, and the proof.
        var session = (await node.Sessions.TryRotateAsync(Given.Rotation(sessions[0])))!.Session;
        Assert.Null(await node.Sessions.TryRotateAsync(Given.Rotation(sessions[0])));
        Assert.Equal(session.Rotation, (await node.Sessions.FindPresentedAsync(session.Id))!.Session.Rotation);
        Assert.True(await node.Get<IProofStore>().TryUseAsync(7, Given.Now, atRefresh: true));
        // The sign of two parties that the refresh may have seen.
        await node.Events.CountAtRefreshAsync(Given.LateRetry(session.Id, Given.Now));
        // The ring of keys: the node reads it again when a key was revoked and another one made.
        Assert.True(await node.Keys.TryWriteAsync((await node.Keys.ReadAsync(Cancel)).Version, [Given.MacKey(3)], []));
        Assert.NotEqual(0, await node.Keys.ReadVersionAsync(Cancel));
        Assert.True(await node.Storage.IsWritableAsync(Cancel));

        // Calls without a connection do not wait for the feed.
        Assert.Contains("in use", (await await Task.WhenAny(ends))?.Message, StringComparison.Ordinal);
        await open.RollbackAsync(Cancel);
        await Task.WhenAll(ends);
        // Ends have failed in the meantime. Refreshes have not.
        Assert.True(await node.Storage.IsWritableAsync(Cancel));
    }

    [Fact]
    public async Task A_database_that_can_rotate_no_session_is_not_ready()
    {
        await using var engine = ImpatientNode();
        var session = (await StoreAsync(Engine, 1))[0];
        await using var held = await engine.ConnectAsync();
        await using var open = await held.BeginTransactionAsync(Cancel);
        await held.ExecuteAsync("LOCK TABLE sessions", Cancel);

        Assert.NotNull(await TryAsync(() => engine.Sessions.TryRotateAsync(Given.Rotation(session))));

        Assert.False(await engine.Storage.IsWritableAsync(Cancel));
        await open.RollbackAsync(Cancel);
        await Eventually.TrueAsync(() => engine.Storage.IsWritableAsync(Cancel), "the database is ready again");
    }

    [Fact]
    public async Task A_statement_that_waits_too_long_for_a_row_is_cancelled()
    {
        await using var engine = ImpatientNode();
        var session = (await StoreAsync(Engine, 1))[0];
        await using var held = await HoldAsync(engine, session);

        var fault = await TryAsync(() => engine.Sessions.TryRotateAsync(Given.Rotation(session)));

        Assert.Equal(PostgresErrorCodes.QueryCanceled, Assert.IsType<PostgresException>(fault!.InnerException).SqlState);
    }

    /// <summary>
    /// Another node whose statements wait only a moment for a lock. On a busy machine, other delays may also count as
    /// such a wait.
    /// </summary>
    PostgresEngine ImpatientNode()
    {
        var node = Engine.Another("Options=-c statement_timeout=50");
        node.Build();
        return node;
    }

    /// <summary>Holds the session's row until the connection is disposed of.</summary>
    static async Task<NpgsqlConnection> HoldAsync(PostgresEngine engine, Session session)
    {
        var connection = await engine.ConnectAsync();
        await using var command = new NpgsqlCommand("SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE", connection, await connection.BeginTransactionAsync());
        command.Parameters.AddWithValue(session.Id);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    static async Task ConfigureAsync(PostgresEngine engine, string setting)
    {
        await engine.AskAsync($"ALTER SYSTEM SET {setting}");
        await engine.AskAsync("SELECT pg_reload_conf()");
        // The server has read the setting when a new connection sees it.
        var (name, value) = (setting.Split(' ')[0], setting.Split(' ')[2].Trim('\''));
        await Eventually.TrueAsync(async () => await engine.AskAsync($"SHOW {name}") as string == value, $"{name} is {value}");
    }

    static async Task<StorageUnavailableException?> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return null;
        }
        catch (StorageUnavailableException fault)
        {
            return fault;
        }
    }

    static Task AllRotateAsync(IEnumerable<Rotating> sessions) => Task.WhenAll(sessions.Select(one => one.TryOnceAsync()));

    /// <summary>A session, and the last answer that its client received.</summary>
    sealed class Rotating(PostgresEngine engine, Session session)
    {
        public Session Acknowledged { get; private set; } = session;

        public async Task<bool> TryOnceAsync()
        {
            var fault = await TryAsync(async () =>
            {
                // Not found: an earlier attempt succeeded, and its answer was lost.
                var rotated = await engine.Sessions.TryRotateAsync(Given.Rotation(Acknowledged));
                Acknowledged = rotated?.Session ?? await ReadAsync();
            });
            return fault is null;
        }

        public async Task UntilItFailsAsync()
        {
            while (await TryOnceAsync())
            {
            }
        }

        public async Task<Session> ReadAsync() =>
            (await engine.Sessions.FindAsync(Acknowledged.Id, CancellationToken.None))!.Session;
    }
}
