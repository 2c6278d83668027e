using System.Data.Common;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Postgres.Moving;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Moving;
using Handstamp.Storage.Tests.Postgres;
using Handstamp.Storage.Tests.Sqlite;
using Npgsql;
using PostgresServer = Handstamp.Storage.Postgres.Engine.PostgresServer;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>From a SQLite file with something in every table to a PostgreSQL database with nothing.</summary>
public sealed class MoveTests : SqliteTests, IAsyncLifetime
{
    static readonly ThrottleRule OneAttempt =
        new(Free: 1, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), Memory: TimeSpan.FromHours(1));

    static readonly ThrottleKey Counter = new(UInt128.MaxValue - 5);
    static readonly UInt128 Proof = UInt128.MaxValue - 7;

    readonly PostgresEngine _target = new();

    SqliteFile File => SqliteFile.Parse(Engine.File) with { BusyTimeout = TimeSpan.FromMilliseconds(20) };

    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _target.OpenAsync();
    }

    public new async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Every_cell_of_every_table_arrives_as_it_was()
    {
        await FillAsync();
        var before = ReadSource();

        var moved = await MoveAsync();

        Assert.Equal(before.Keys.Order(), moved.Select(table => table.Name).Order());
        Assert.All(moved, table => Assert.Equal(before[table.Name].Count, table.Rows));
        foreach (var (table, rows) in before) Assert.Equal(rows, await ReadTargetAsync(table));
        Assert.All(before.Values, Assert.NotEmpty);
    }

    [Fact]
    public async Task Sessions_go_on_and_what_was_counted_used_or_ended_stays_so()
    {
        var (alive, ended) = await FillAsync();

        await MoveAsync();

        Assert.NotNull(await _target.Sessions.TryRotateAsync(Given.Rotation(alive)));
        Assert.Null(await _target.Sessions.TryRotateAsync(Given.Rotation(ended)));
        Assert.NotNull(await _target.Throttle.TryTakeAsync(Counter, OneAttempt, Given.Now));
        Assert.False(await _target.Get<IProofStore>().TryUseAsync(Proof, Given.Now));
    }

    [Fact]
    public async Task The_feed_keeps_its_numbers_and_goes_on_after_them()
    {
        var (alive, _) = await FillAsync();
        var feed = await ReadFeedAsync();

        await MoveAsync();

        Assert.Equal(feed, await ReadFeedAsync(_target));
        Assert.True(await _target.Sessions.TryEndAsync(alive.Id, EndReason.Logout, Given.Now));
        Assert.Equal(feed[^1].Sequence + 1, await _target.Revocations.ReadLastSequenceAsync(Cancel));
    }

    [Fact]
    public async Task A_number_that_was_given_and_swept_does_not_come_again()
    {
        var (alive, _) = await FillAsync();
        var last = await Revocations.ReadLastSequenceAsync(Cancel);
        Change("DELETE FROM revocations");

        await MoveAsync();

        await _target.Sessions.TryEndAsync(alive.Id, EndReason.Logout, Given.Now);
        Assert.Equal(last + 1, await _target.Revocations.ReadLastSequenceAsync(Cancel));
    }

    [Fact]
    public async Task A_database_that_nothing_was_ever_done_with_moves_too()
    {
        await MoveAsync();

        var session = Given.Session((await StoredAccountInTargetAsync()).Id);
        Assert.True(await _target.Sessions.TryCreateAsync(session, Given.Device));
        Assert.True(await _target.Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));
        Assert.Equal(1, await _target.Revocations.ReadLastSequenceAsync(Cancel));
    }

    [Fact]
    public async Task What_has_moved_is_never_served_from_again()
    {
        await FillAsync();

        await MoveAsync();

        var refusal = await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync);
        Assert.Contains("was moved to PostgreSQL", refusal.Message);
        // A service that was there all the time, and had no connection while the file was locked.
        Assert.Throws<StorageUnavailableException>(() => File.OpenWriter());
        Assert.Throws<StorageUnavailableException>(() => File.OpenReader());
        Assert.Contains("has been moved already", await RefusalAsync());
    }

    [Fact]
    public async Task A_file_that_a_service_has_open_does_not_move()
    {
        var refusal = Assert.Throws<StorageStartException>(() => SqliteMoveSource.Open(File));

        Assert.Contains("is in use. Stop the service", refusal.Message);
        Assert.True(await Accounts.TryCreateAsync(Given.Account()));
    }

    [Fact]
    public async Task While_a_file_is_moved_no_service_can_open_it()
    {
        await Engine.CloseAsync();
        using var source = SqliteMoveSource.Open(File);

        await using var service = new SqliteEngine(Engine.File) { BusyTimeout = File.BusyTimeout };
        var refusal = await Assert.ThrowsAsync<StorageStartException>(service.OpenAsync);

        Assert.Contains("locked by another process", refusal.Message);
    }

    [Fact]
    public async Task While_a_database_is_moved_to_no_node_gets_in()
    {
        await FillAsync();
        using var target = await OpenTargetAsync();
        await Engine.CloseAsync();
        using var source = SqliteMoveSource.Open(File);
        Assert.True(target.Take(source.Tables));

        await using var node = new ImpatientNode(_target.ConnectionString);
        await node.OpenAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.Accounts.TryCreateAsync(Given.Account()));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.Keys.ReadAsync(Cancel));
    }

    [Fact]
    public async Task A_database_with_anything_in_it_is_not_moved_to()
    {
        await FillAsync();
        await StoredAccountInTargetAsync();

        Assert.Contains("is not empty", await RefusalAsync());

        Assert.Equal(1L, await _target.AskAsync("SELECT count(*) FROM accounts"));
        await AssertIsHereAsync();
    }

    [Fact]
    public async Task A_database_that_a_node_has_started_on_is_not_moved_to()
    {
        await FillAsync();
        await _target.Keys.TryWriteAsync(0, [Given.SigningKey()], []);

        Assert.Contains("is not empty", await RefusalAsync());
    }

    [Fact]
    public async Task Another_programs_file_does_not_move_and_stays_as_it_is()
    {
        await Engine.CloseAsync();
        Change("PRAGMA application_id = 7");

        Assert.Contains("not Handstamp's", await RefusalAsync());
        Assert.Equal(7, Sql.Ask<long>(Engine.File, "PRAGMA application_id"));
    }

    [Theory]
    [InlineData(-1, "Start this version on it")]
    [InlineData(1, "newer Handstamp")]
    public async Task A_file_of_another_version_does_not_move(int difference, string advice)
    {
        await Engine.CloseAsync();
        Change($"PRAGMA user_version = {Migrations.Names.Count + difference}");

        Assert.Contains(advice, await RefusalAsync());
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_no_database_does_not_move()
    {
        await Engine.CloseAsync();
        Assert.Contains("There is no file", Refusal(Engine.File + ".not"));

        await System.IO.File.WriteAllTextAsync(Engine.File + ".text", new string('x', 5000), Cancel);
        Assert.Contains("not a SQLite database", Refusal(Engine.File + ".text"));

        static string Refusal(string file) =>
            Assert.Throws<StorageStartException>(() => SqliteMoveSource.Open(SqliteFile.Parse(file))).Message;
    }

    [Theory]
    [InlineData("ADD COLUMN more integer")]
    [InlineData("DROP COLUMN audience")]
    [InlineData("ALTER COLUMN scope TYPE character varying")]
    public async Task A_database_with_other_columns_is_not_moved_to(string change)
    {
        await FillAsync();
        await _target.AskAsync($"ALTER TABLE sessions {change}");

        Assert.Contains("The table sessions", await RefusalAsync());
    }

    [Fact]
    public async Task A_row_that_gets_lost_on_its_way_is_noticed_and_nothing_is_kept()
    {
        await FillAsync();

        Assert.Contains("The table accounts did not arrive", await RefusalAsync(target => new LosingTarget(target)));

        await AssertIsHereAsync();
        await MoveAsync();
    }

    [Fact]
    public async Task A_move_that_is_interrupted_leaves_both_as_they_were_and_can_be_repeated()
    {
        await FillAsync();
        using var interrupt = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => MoveAsync(progress: new InterruptsAt(MoveStage.Comparing, interrupt), cancel: interrupt.Token));

        await AssertIsHereAsync();
        Assert.Equal(0L, await _target.AskAsync("SELECT count(*) FROM sessions"));
        Assert.Equal(1L, await _target.AskAsync("SELECT nextval('revocations_sequence')"));
        await MoveAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_last_step_of_which_nobody_knows_whether_it_was_kept_is_found_out_by_a_second_run(bool kept)
    {
        var (alive, _) = await FillAsync();
        var before = ReadSource();

        Assert.Contains("Run the same command again", await RefusalAsync(target => new ForgetfulTarget(target, kept)));
        var refusal = await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync);
        Assert.Contains("was cut off. Run the same command again", refusal.Message);

        await MoveAsync();

        foreach (var (table, rows) in before) Assert.Equal(rows, await ReadTargetAsync(table));
        Assert.NotNull(await _target.Sessions.TryRotateAsync(Given.Rotation(alive)));
        Assert.Contains("has been moved already", await RefusalAsync());
    }

    [Fact]
    public async Task A_second_run_into_a_database_with_other_data_is_refused()
    {
        await FillAsync();
        await RefusalAsync(target => new ForgetfulTarget(target, kept: false));
        await StoredAccountInTargetAsync();

        Assert.Contains("is not empty", await RefusalAsync());
        Assert.Equal(1L, await _target.AskAsync("SELECT count(*) FROM accounts"));
    }

    /// <summary>Something in every table, and in every column.</summary>
    async Task<(Session Alive, Session Ended)> FillAsync()
    {
        var alive = await StoredSessionAsync(await StoredAccountAsync(AccountClaims.FromJson("""{"roles":["admin"]}""")));
        var ended = await StoredSessionAsync();
        for (var more = 0; more < 3; more++)
            await Sessions.TryEndAsync((await StoredSessionAsync()).Id, EndReason.Reuse, Given.Now);
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);
        await Keys.TryWriteAsync(0, [Given.SigningKey() with { RevokedAt = Given.Now }, Given.MacKey(1)], []);
        await Throttle.TryTakeAsync(Counter, OneAttempt, Given.Now);
        await ResourceServers.TryAddAsync(new ResourceServer("orders", new byte[32], Given.Now));
        await Engine.Get<IProofStore>().TryUseAsync(Proof, Given.Now);
        Change($"""
            UPDATE accounts SET disabled_at = 1 WHERE id <> (SELECT account_id FROM sessions WHERE id = x'{Convert.ToHexString(alive.Id.ToByteArray(bigEndian: true))}');
            UPDATE sessions SET client_id = 'ü', key_thumbprint = 'k', scope = '', audience = '日本', seen_before = 0,
              source = -2147483648, other_source = 2147483647, contentions = 3, contended_at = 9007199254740993
              WHERE revoked_at IS NOT NULL;
            INSERT INTO revocations (at, reason, key_id) VALUES (1, 11, 'kid');
            """);
        return (alive, ended);
    }

    /// <summary>Changes the file past the service.</summary>
    void Change(string sql)
    {
        using var database = Sql.Open(Engine.File);
        Sql.Run(database, sql);
    }

    async Task<Account> StoredAccountInTargetAsync()
    {
        var account = Given.Account();
        Assert.True(await _target.Accounts.TryCreateAsync(account));
        return account;
    }

    Task<PostgresMoveTarget> OpenTargetAsync() =>
        PostgresMoveTarget.OpenAsync(PostgresServer.Parse(_target.ConnectionString), Cancel);

    async Task<IReadOnlyList<MovedTable>> MoveAsync(
        Func<IMoveTarget, IMoveTarget>? through = null, IMoveProgress? progress = null, CancellationToken cancel = default)
    {
        await Engine.CloseAsync();
        using var source = SqliteMoveSource.Open(File);
        using var target = await OpenTargetAsync();
        return new Move(source, through?.Invoke(target) ?? target, progress ?? new InterruptsAt(null), cancel).Run();
    }

    async Task<string> RefusalAsync(Func<IMoveTarget, IMoveTarget>? through = null) =>
        (await Assert.ThrowsAsync<StorageStartException>(() => MoveAsync(through))).Message;

    /// <summary>The service can be started on the old database as if nothing had been tried.</summary>
    async Task AssertIsHereAsync()
    {
        await Engine.OpenAsync();
        Assert.True(await Accounts.TryCreateAsync(Given.Account()));
    }

    Task<IReadOnlyList<Revocation>> ReadFeedAsync(EngineUnderTest engine) =>
        engine.Revocations.ReadAfterAsync(0, DateTimeOffset.MinValue, 1000, Cancel);

    /// <summary>All rows as texts, sorted, read past everything that the move uses.</summary>
    Dictionary<string, List<string>> ReadSource()
    {
        using var database = Sql.Open(Engine.File);
        string[] tables = database.Ask<string>(
            "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Split(',');
        return tables.ToDictionary(table => table, table => Texts(database, table));
    }

    async Task<List<string>> ReadTargetAsync(string table)
    {
        await using var database = new NpgsqlConnection(_target.ConnectionString);
        await database.OpenAsync(Cancel);
        return Texts(database, table);
    }

    static List<string> Texts(DbConnection database, string table)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // A table's name.
        command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(Cell).Order(StringComparer.Ordinal)));
        rows.Sort(StringComparer.Ordinal);
        return rows;

        string Cell(int column) => $"{reader.GetName(column)}={reader.GetValue(column) switch
        {
            DBNull => "NULL",
            byte[] bytes => Convert.ToHexString(bytes),
            Guid id => Convert.ToHexString(id.ToByteArray(bigEndian: true)),
            var value => value,
        }}";
    }
}
