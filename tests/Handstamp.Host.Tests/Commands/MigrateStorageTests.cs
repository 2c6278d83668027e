using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Npgsql;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>An installation moves from SQLite to PostgreSQL, and its users notice no more than a restart.</summary>
public sealed class MigrateStorageTests : IAsyncLifetime
{
    // Tokens contain the issuer, so it must be the same before and after.
    const string Issuer = "--Issuer=http://localhost:5110";

    // Each refresh is a rotation, and no answer is given twice.
    const string NoWindow = "--Sessions:RetryWindow=00:00:00.001";

    readonly Installation _here = new();
    string _database = null!;

    public async ValueTask InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        _here.Dispose();
        await (await PostgresServer.Shared).DropDatabaseAsync(_database);
    }

    [Fact]
    public async Task People_who_are_logged_in_stay_logged_in_and_others_stay_logged_out()
    {
        await using var old = await _here.ServeAsync(Issuer, NoWindow);
        using var before = new HandstampClient(old.Address);
        var newest = await RefreshAsync(before, (await before.JoinAsync("ada@example.com")).RefreshToken);
        var (lost, bob) = (await before.LoginAsync("ada@example.com"), await before.JoinAsync("bob@example.com"));
        var answer = await RefreshAsync(before, lost.RefreshToken);
        await LogOutAsync(before, bob);
        await old.StopAsync();

        await MoveAsync();

        // Two nodes: one with long retry windows, and one whose retry windows are over.
        await using var patient = await ServeAsync("--Sessions:RetryWindow=00:05:00");
        await using var strict = await ServeAsync(NoWindow);
        using var within = new HandstampClient(patient.Address);
        using var after = new HandstampClient(strict.Address);
        Assert.Equal(answer, await RefreshAsync(within, lost.RefreshToken));
        var another = await RefreshAsync(after, lost.RefreshToken);
        Assert.NotEqual(answer, another);
        Assert.NotEqual(another, await RefreshAsync(after, another));
        Assert.NotEqual(newest, await RefreshAsync(after, newest));
        Assert.Equal((401, "session_revoked"), await RefusalAsync(within, bob.RefreshToken));
        await after.LoginAsync("bob@example.com");
    }

    [Fact]
    public async Task Tokens_from_before_are_verified_by_the_same_keys()
    {
        await using var old = await _here.ServeAsync(Issuer);
        using var before = new HandstampClient(old.Address);
        var ada = await before.JoinAsync("ada@example.com");
        var (_, keys) = await before.GetAsync(".well-known/jwks.json");
        await old.StopAsync();

        await MoveAsync();

        await using var service = await ServeAsync();
        using var client = new HandstampClient(service.Address);
        Assert.Equal(200, (await client.GetAsync("me", ada.AccessToken)).Status);
        Assert.Equal(keys.GetRawText(), (await client.GetAsync(".well-known/jwks.json")).Body.GetRawText());
    }

    [Fact]
    public async Task A_follower_of_the_feed_continues_where_it_was()
    {
        await using var old = await _here.ServeAsync(Issuer);
        using var before = new HandstampClient(old.Address);
        var ada = await before.JoinAsync("ada@example.com");
        await LogOutAsync(before, await before.LoginAsync("ada@example.com"));
        var seen = Assert.Single(await FollowAsync(old));
        await LogOutAsync(before, await before.LoginAsync("ada@example.com"));
        await old.StopAsync();

        await MoveAsync();

        await using var service = await ServeAsync();
        Assert.Equal([After(seen, 1)], await FollowAsync(service, seen));
        using var after = new HandstampClient(service.Address);
        await LogOutAsync(after, ada);
        Assert.Equal([After(seen, 2)], await FollowAsync(service, After(seen, 1)));
    }

    [Fact]
    public async Task The_output_says_what_was_moved_and_what_to_set()
    {
        await _here.AddAccountAsync();
        var withPassword = new NpgsqlConnectionStringBuilder(_database) { Password = "hunter2" }.ConnectionString;

        var result = await _here.RunAsync("migrate-storage", "--from", Source, "--to", $"postgres:{withPassword}");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Copying accounts: 1\n", result.Output);
        Assert.Contains("Comparing accounts: 1\n", result.Output);
        Assert.Matches(@"\naccounts +1 +[0-9a-f]{32}\n", result.Output);
        Assert.Contains("  Storage:Provider          postgres\n", result.Output);
        Assert.DoesNotContain("hunter2", result.Output);
    }

    [Fact]
    public async Task A_running_service_is_not_moved_and_keeps_running()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);

        var refusal = await _here.FailAsync(1, "migrate-storage", "--from", Source, "--to", $"postgres:{_database}");

        Assert.Contains("is in use. Stop the service", refusal);
        await client.JoinAsync("ada@example.com");
    }

    [Fact]
    public async Task No_command_works_on_the_old_database_any_more()
    {
        await _here.AddAccountAsync();
        await MoveAsync();

        Assert.Contains("was moved to PostgreSQL", await _here.FailAsync(1, "user", "list"));
        Assert.Contains("was moved to PostgreSQL", (await _here.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Error);
        Assert.Contains("already been moved", await _here.FailAsync(1, "migrate-storage", "--from", Source, "--to", $"postgres:{_database}"));
    }

    [Fact]
    public async Task An_unreachable_database_is_reported()
    {
        await _here.AddAccountAsync();

        var refusal = await _here.FailAsync(
            1, "migrate-storage", "--from", Source, "--to", "postgres:Host=127.0.0.1;Port=1;Database=handstamp");

        Assert.StartsWith("Cannot reach the database handstamp on 127.0.0.1", refusal);
        await _here.AskAsync("user", "list");
    }

    [Theory]
    [InlineData("sqlite:", "postgres:Host=h;Database=d")]
    [InlineData("postgres:x", "sqlite:y")]
    public async Task An_invalid_source_or_target_is_refused(string from, string to) =>
        Assert.Contains("--from must have the form sqlite:FILE", await _here.FailAsync(2, "migrate-storage", "--from", from, "--to", to));

    [Fact]
    public async Task A_connection_string_without_a_database_is_reported()
    {
        await _here.AddAccountAsync();

        Assert.StartsWith("--to: ", await _here.FailAsync(1, "migrate-storage", "--from", Source, "--to", "postgres:Host=h"));
    }

    string Source => $"sqlite:{_here.File("handstamp.db")}";

    /// <summary>Passes the connection string on standard input, where no other process can read it.</summary>
    async Task MoveAsync()
    {
        string[] arguments = ["migrate-storage", "--from", Source, "--to", "postgres:-"];
        var report = await _here.AskAsync(new CommandCall(arguments, Input: _database + "\n"));
        Assert.Contains(report.GetProperty("tables").EnumerateArray(), table => table.GetProperty("name").GetString() == "sessions");
    }

    Task<ListeningProcess> ServeAsync(params string[] settings) => _here.ServeAsync(
        [Issuer, "--Storage:Provider=postgres", $"--Storage:ConnectionString={_database}", .. settings]);

    static async Task<string> RefreshAsync(HandstampClient client, string refreshToken)
    {
        var (status, body) = await client.RefreshAsync(refreshToken);
        Assert.Equal(200, status);
        return body.GetProperty("refresh_token").GetString()!;
    }

    static async Task<(int, string?)> RefusalAsync(HandstampClient client, string refreshToken)
    {
        var (status, body) = await client.RefreshAsync(refreshToken);
        return (status, body.GetProperty("code").GetString());
    }

    static async Task LogOutAsync(HandstampClient client, LoggedIn session)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, "logout", session.AccessToken);
        answer.EnsureSuccessStatusCode();
    }

    static string After(string seen, int count) => $"{RevocationFeed.EpochOf(seen)}-{RevocationFeed.NumberOf(seen) + count}";

    static Task<IReadOnlyList<string>> FollowAsync(ListeningProcess service, string? after = null) => RevocationFeed.ReadAsync(service.Address, after);
}
