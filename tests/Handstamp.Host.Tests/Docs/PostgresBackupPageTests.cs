using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Docs;

/// <summary>docs/guide/postgres-backup.md: its commands are run, and its statements about a restore are checked.</summary>
public sealed partial class PostgresBackupPageTests : IAsyncLifetime
{
    const string BackupsOfThePage = "/var/backups/handstamp";
    const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    const string Moment = "2026-11-23 18:00:00+00";

    static readonly string Page = Repository.Read("docs/guide/postgres-backup.md");

    readonly Installation _here = new();
    PostgresServer _server = null!;
    string Backups => _here.File("backups");
    string _database = null!;

    public async ValueTask InitializeAsync()
    {
        // The server's user writes there, who may be a different user than the tests'.
        Directory.CreateDirectory(Path.Combine(Backups, "wal"));
        foreach (var directory in (string[])[_here.Data, Backups, Path.Combine(Backups, "wal")])
            File.SetUnixFileMode(directory, Everybody);
        _server = await PostgresServer.StartAsync([.. Settings()]);
        _database = await _server.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _here.Dispose();
    }

    [Fact]
    public async Task A_dump_is_restored_with_the_commands_of_the_page()
    {
        await using var before = await ServeAsync();
        using var client = new HandstampClient(before.Address);
        var quiet = await client.JoinAsync("ada@example.com");
        var (ahead, ended, early) = (await LoginAsync(client), await LoginAsync(client), await LoginAsync(client));
        await LogOutAsync(client, early);

        await RunAsync("dump");

        var newest = await RefreshAsync(client, ahead.RefreshToken);
        var later = await LoginAsync(client);
        await LogOutAsync(client, ended);
        var seen = await RevocationFeed.ReadAsync(before.Address);
        await before.StopAsync();

        await RunAsync("restore");

        await using var after = await ServeAsync();
        using var restored = new HandstampClient(after.Address);
        // From the start, because the numbers begin again after the first.
        Assert.Equal([1], await NumbersAsync(after, seen[^1]));
        Assert.Equal((401, "session_revoked"), await AnswerAsync(restored, newest));
        Assert.Equal((200, null), await AnswerAsync(restored, quiet.RefreshToken));
        Assert.Equal((401, "session_expired"), await AnswerAsync(restored, later.RefreshToken));
        Assert.Equal((200, null), await AnswerAsync(restored, ended.RefreshToken));
        // The end of the session whose token was ahead.
        Assert.Equal([1, 2], await NumbersAsync(after, seen[^1]));
        var (_, health) = await restored.GetAsync("health/ready");
        Assert.True(health.TryGetProperty("database_went_back_at", out _));

        await after.StopAsync();
        Assert.Contains(after.Output, line => line.Contains("The database has gone back in time: the revocation log ends at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_base_backup_with_its_archive_is_restored_to_a_moment()
    {
        await using var before = await ServeAsync();
        using var client = new HandstampClient(before.Address);
        var archived = await client.JoinAsync("ada@example.com");
        var (ahead, ended, early) = (await LoginAsync(client), await LoginAsync(client), await LoginAsync(client));
        await LogOutAsync(client, early);
        var seen = Assert.Single(await RevocationFeed.ReadAsync(before.Address));

        await RunAsync("base");

        var kept = await RefreshAsync(client, archived.RefreshToken);
        var moment = (await _server.ShellAsync("psql -Atc 'SELECT clock_timestamp()'", _database)).Trim();
        var newest = await RefreshAsync(client, ahead.RefreshToken);
        await LogOutAsync(client, ended);
        await before.StopAsync();
        await _server.StopAsync();

        await RunAsync("pitr", script => script.Replace(Moment, moment, StringComparison.Ordinal));
        await _server.StartAgainAsync();
        // A node that does not know where the log ended before: it learns that from the server.
        File.Delete(_here.File("feed.position"));

        await using var after = await ServeAsync();
        using var restored = new HandstampClient(after.Address);
        Assert.NotEqual(RevocationFeed.EpochOf(seen), RevocationFeed.EpochOf((await RevocationFeed.ReadAsync(after.Address, seen))[0]));
        Assert.Equal((200, null), await AnswerAsync(restored, kept));
        Assert.Equal((401, "session_revoked"), await AnswerAsync(restored, newest));
        Assert.Equal((200, null), await AnswerAsync(restored, ended.RefreshToken));
    }

    [Fact]
    public async Task The_command_for_SQLite_points_to_the_page()
    {
        var result = await _here.RunAsync(new CommandCall(["backup", _here.File("copy")], Environment: new Dictionary<string, string>
        {
            ["HANDSTAMP_Storage__Provider"] = "postgres",
            ["HANDSTAMP_Storage__ConnectionString"] = _database,
        }));

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("pg_dump or pg_basebackup: docs/guide/postgres-backup.md", result.Error);
    }

    [Fact]
    public void Every_command_of_the_page_is_run() => Assert.Equal(
        ["archive", "base", "dump", "pitr", "restore"],
        Blocks().Matches(Page).Select(block => block.Groups[1].Value).Order());

    /// <summary>The lines that the page puts into postgresql.conf.</summary>
    IEnumerable<string> Settings() => SettingLine().Matches(Block("archive"))
        .Select(line => $"{line.Groups[1].Value}={line.Groups[2].Value.Trim('\'')}");

    Task RunAsync(string block, Func<string, string>? change = null) =>
        _server.ShellAsync((change ?? (script => script))(Block(block)), _database);

    string Block(string name) => Blocks().Matches(Page).Single(block => block.Groups[1].Value == name).Groups[2].Value
        .Replace(BackupsOfThePage, Backups, StringComparison.Ordinal);

    Task<ListeningProcess> ServeAsync() => _here.ServeAsync(
        "--Issuer=http://localhost:5110", "--Sessions:RetryWindow=00:00:00.001", "--Storage:Provider=postgres", $"--Storage:ConnectionString={_database}");

    static async Task<IEnumerable<long>> NumbersAsync(ListeningProcess service, string after) =>
        (await RevocationFeed.ReadAsync(service.Address, after)).Select(RevocationFeed.NumberOf);

    static Task<LoggedIn> LoginAsync(HandstampClient client) => client.LoginAsync("ada@example.com");

    static async Task LogOutAsync(HandstampClient client, LoggedIn session)
    {
        using var answer = await client.SendAsync(HttpMethod.Post, "logout", session.AccessToken);
        answer.EnsureSuccessStatusCode();
    }

    static async Task<string> RefreshAsync(HandstampClient client, string refreshToken) =>
        (await client.RefreshAsync(refreshToken)).Body.GetProperty("refresh_token").GetString()!;

    static async Task<(int, string?)> AnswerAsync(HandstampClient client, string refreshToken)
    {
        var (status, body) = await client.RefreshAsync(refreshToken);
        return (status, body.TryGetProperty("code", out var code) ? code.GetString() : null);
    }

    // <!-- run: dump -->, and the block below it.
    [GeneratedRegex(@"^<!-- run: (\w+) -->\n```\w+\n(.*?)```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^(\w+) = (.+)$", RegexOptions.Multiline)]
    private static partial Regex SettingLine();
}
