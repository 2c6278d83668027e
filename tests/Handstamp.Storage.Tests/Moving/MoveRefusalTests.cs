using System.Text.RegularExpressions;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Moving;
using Handstamp.Storage.Tests.Sqlite;
using Handstamp.TestBed;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>What cannot be moved, and what is locked out during a move and after it.</summary>
public sealed class MoveRefusalTests : MovingTests
{
    [Fact]
    public async Task A_moved_file_is_never_served_again()
    {
        await FillAsync();

        await MoveAsync();

        var refusal = await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync);
        Assert.Contains("was moved to PostgreSQL", refusal.Message);
        // A service that ran all the time, and had no connection while the file was locked.
        Assert.Throws<StorageUnavailableException>(() => File.OpenWriter());
        Assert.Throws<StorageUnavailableException>(() => File.OpenReader());
        Assert.Contains("has already been moved", await RefusalAsync());
    }

    [Fact]
    public async Task The_command_of_the_guide_gives_the_file_back_to_the_service()
    {
        await FillAsync();
        await MoveAsync();

        Change(Regex.Match(Repository.Read("docs/guide/moving-to-postgres.md"), "'(PRAGMA .+)'").Groups[1].Value);

        await AssertIsHereAsync();
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
    public async Task No_node_can_start_on_the_target_of_a_running_move()
    {
        await FillAsync();
        using var target = await OpenTargetAsync();
        await Engine.CloseAsync();
        using var source = SqliteMoveSource.Open(File);
        Assert.True(target.Take(source.Tables));

        await using var node = new ImpatientNode(Target.ConnectionString);
        await node.OpenAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.Accounts.TryCreateAsync(Given.Account()));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => node.Keys.ReadAsync(Cancel));
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_refused_as_a_target()
    {
        await FillAsync();
        await StoredAccountInTargetAsync();

        Assert.Contains("is not empty", await RefusalAsync());

        Assert.Equal(1L, await Target.AskAsync("SELECT count(*) FROM accounts"));
        await AssertIsHereAsync();
    }

    [Fact]
    public async Task A_database_on_which_a_node_has_started_is_refused_as_a_target()
    {
        await FillAsync();
        await Target.Keys.TryWriteAsync(0, [Given.SigningKey()], []);

        Assert.Contains("is not empty", await RefusalAsync());
    }

    [Fact]
    public async Task Another_programs_file_is_not_moved_and_stays_unchanged()
    {
        await Engine.CloseAsync();
        Change("PRAGMA application_id = 7");

        Assert.Contains("of another program", await RefusalAsync());
        Assert.Equal(7, Sql.Ask<long>(Engine.File, "PRAGMA application_id"));
    }

    [Theory]
    [InlineData(-1, "start the service of this version on it once")]
    [InlineData(1, "newer Handstamp")]
    public async Task A_file_of_another_version_is_not_moved(int difference, string advice)
    {
        await Engine.CloseAsync();
        Change($"PRAGMA user_version = {Migrations.Names.Count + difference}");

        Assert.Contains(advice, await RefusalAsync());
    }

    [Fact]
    public async Task A_file_that_does_not_exist_or_is_not_a_database_is_not_moved()
    {
        await Engine.CloseAsync();
        Assert.Contains("does not exist", Refusal(Engine.File + ".not"));

        await System.IO.File.WriteAllTextAsync(Engine.File + ".text", new string('x', 5000), Cancel);
        Assert.Contains("not a SQLite database", Refusal(Engine.File + ".text"));

        static string Refusal(string file) =>
            Assert.Throws<StorageStartException>(() => SqliteMoveSource.Open(SqliteFile.Parse(file))).Message;
    }

    [Theory]
    [InlineData("ADD COLUMN more integer")]
    [InlineData("DROP COLUMN audience")]
    [InlineData("ALTER COLUMN scope TYPE character varying")]
    public async Task A_database_with_other_columns_is_refused_as_a_target(string change)
    {
        await FillAsync();
        await Target.AskAsync($"ALTER TABLE sessions {change}");

        Assert.Contains("The table sessions", await RefusalAsync());
    }
}
