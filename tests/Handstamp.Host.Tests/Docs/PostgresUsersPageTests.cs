using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Npgsql;
using Xunit;

namespace Handstamp.Host.Tests.Docs;

/// <summary>
/// docs/guide/postgres.md, "Two users": its statements are run, and what the page says about them is checked.
/// </summary>
public sealed partial class PostgresUsersPageTests : IAsyncLifetime
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();
    PostgresServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        await _server.ShellAsync(Block("users"), _server.ConnectionString("postgres"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _here.Dispose();
    }

    [Fact]
    public async Task The_service_runs_with_a_user_that_owns_nothing_after_the_owner_has_made_the_tables()
    {
        Assert.Contains("is out of date, and this user may not update it", (await RunAsync("handstamp", "user", "list")).Error);
        Assert.Equal("The schema is up to date.\n", (await RunAsync("handstamp_owner", "migrate")).Output);

        await using var service = await _here.ServeAsync(new CommandCall([], Environment: Environment("handstamp")));
        using var client = new HandstampClient(service.Address);
        var tokens = await client.JoinAsync(Ada);
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(200, (await client.GetAsync("sessions", tokens.AccessToken)).Status);
        await client.LogOutAsync(tokens.AccessToken);
        Assert.Single(await RevocationFeed.ReadAsync(service.Address));
        foreach (var command in (string[])["keys rotate --now", "api add orders", "user set-roles " + Ada + " admin", "session end --all " + Ada])
            Assert.Equal((0, ""), Outcome(await RunAsync("handstamp", command.Split(' '))));
        foreach (var path in (string[])["health/ready", "me"])
            Assert.NotEqual(500, (await client.GetAsync(path, tokens.AccessToken)).Status);
        Assert.Equal((0, ""), Outcome(await RunAsync("handstamp", "user", "delete", Ada, "--yes")));
    }

    [Theory]
    [InlineData("CREATE TABLE mine (id integer)")]
    [InlineData("CREATE TEMPORARY TABLE mine (id integer)")]
    [InlineData("CREATE SCHEMA mine")]
    [InlineData("ALTER TABLE sessions DISABLE TRIGGER ALL")]
    [InlineData("ALTER FUNCTION announce_end() RESET ALL")]
    [InlineData("DROP TABLE sessions")]
    [InlineData("TRUNCATE sessions")]
    public async Task The_service_user_cannot_change_the_schema(string statement)
    {
        await RunAsync("handstamp_owner", "migrate");
        await using var connection = new NpgsqlConnection(ConnectionString("handstamp"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // The test's own statement.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100

        var fault = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, fault.SqlState);
    }

    Task<CommandResult> RunAsync(string user, params string[] arguments) =>
        _here.RunAsync(new CommandCall(arguments, Environment: Environment(user)));

    Dictionary<string, string> Environment(string user) => new()
    {
        ["HANDSTAMP_Storage__Provider"] = "postgres",
        ["HANDSTAMP_Storage__ConnectionString"] = ConnectionString(user),
    };

    string ConnectionString(string user) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString("handstamp")) { Username = user }.ConnectionString;

    static (int, string) Outcome(CommandResult result) => (result.ExitCode, result.Error);

    static string Block(string name) => Blocks().Matches(Repository.Read("docs/guide/postgres.md"))
        .Single(block => block.Groups[1].Value == name).Groups[2].Value;

    // <!-- run: users -->, and the block below it.
    [GeneratedRegex(@"^<!-- run: (\w+) -->\n```\w+\n(.*?)```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
