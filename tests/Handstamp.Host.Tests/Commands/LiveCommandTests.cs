using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>The running service notices the changes that a command makes to the database.</summary>
public sealed class LiveCommandTests : IAsyncLifetime
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();
    ListeningProcess _service = null!;
    HandstampClient _client = null!;
    LoggedIn _tokens = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await _here.ServeAsync();
        _client = new HandstampClient(_service.Address);
        _tokens = await _client.JoinAsync(Ada);
    }

    [Fact]
    public async Task A_disabled_account_gets_nothing_until_it_is_enabled()
    {
        await _here.AskAsync("user", "disable", Ada);

        Assert.Equal((403, "account_disabled"), await RefusalAsync());
        await _here.AskAsync("user", "enable", Ada);
        await _client.LoginAsync(Ada);
    }

    [Fact]
    public async Task A_password_set_by_the_operator_ends_the_sessions()
    {
        var account = await _here.AskAsync("user", "set-password", Ada, "--generate");

        Assert.Equal((401, "session_revoked"), await RefusalAsync());
        Assert.NotNull(account.GetProperty("password").GetString());
    }

    [Fact]
    public async Task A_deleted_account_gets_nothing()
    {
        await _here.AskAsync("user", "delete", Ada, "--yes");

        Assert.Equal((401, "session_revoked"), await RefusalAsync());
    }

    [Fact]
    public async Task A_session_is_listed_and_ended()
    {
        var session = Assert.Single((await _here.AskAsync("session", "list", Ada)).EnumerateArray());
        Assert.Equal(_tokens.SessionId, session.GetProperty("id").GetGuid());
        Assert.Equal("127.0.0.1", session.GetProperty("address").GetString());

        await _here.AskAsync("session", "end", _tokens.SessionId.ToString());

        Assert.Equal((401, "session_revoked"), await RefusalAsync());
        Assert.Empty((await _here.AskAsync("session", "list", Ada)).EnumerateArray());
        var again = await _here.FailAsync(1, "session", "end", _tokens.SessionId.ToString());
        Assert.Equal($"No live session {_tokens.SessionId} exists.\n", again);
    }

    [Fact]
    public async Task All_sessions_of_an_account_are_ended()
    {
        await _client.LoginAsync(Ada);

        var done = await _here.AskAsync("session", "end", "--all", Ada);

        Assert.Equal("Ended 2 sessions.", done.GetProperty("text").GetString());
        Assert.Equal((401, "session_revoked"), await RefusalAsync());
    }

    [Fact]
    public async Task The_session_to_end_must_be_named() =>
        Assert.Contains("Pass either a session id or --all", await _here.FailAsync(2, "session", "end"));

    [Fact]
    public async Task New_roles_are_in_the_next_access_token()
    {
        await _here.AskAsync("user", "set-roles", Ada, "admin");

        var (_, body) = await _client.RefreshAsync(_tokens.RefreshToken);
        var claims = Convert.FromBase64String(Padded(body.GetProperty("access_token").GetString()!.Split('.')[1]));
        Assert.Equal("admin", JsonElement.Parse(claims).GetProperty("roles")[0].GetString());
    }

    [Fact]
    public async Task A_rotated_key_is_announced_by_the_service()
    {
        var next = await _here.AskAsync("keys", "rotate");

        Assert.Equal("announced", next.GetProperty("state").GetString());
        await AwaitPublishedAsync(next.GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task A_revoked_key_is_no_longer_published_and_a_new_one_is_published()
    {
        var key = (await KeysAsync("sign")).Single().GetProperty("id").GetString()!;
        Assert.Contains("Pass --yes to confirm.", await _here.FailAsync(1, "keys", "revoke", key));

        var revoked = await _here.AskAsync("keys", "revoke", key, "--yes");

        Assert.Equal("revoked", revoked.GetProperty("state").GetString());
        var successor = (await KeysAsync("sign")).Single(listed => Text(listed, "state") == "current");
        await AwaitPublishedAsync(successor.GetProperty("id").GetString()!);
        Assert.DoesNotContain(key, await PublishedAsync());
    }

    [Fact]
    public async Task A_rotation_starts_after_the_announcement_or_as_soon_as_every_node_can_know()
    {
        var key = await _here.AskAsync("keys", "rotate");
        var soon = await _here.AskAsync("keys", "rotate", "--now");
        var mac = await _here.AskAsync("keys", "rotate", "mac", "--now");

        // The announced key is brought forward; no third key is made.
        Assert.Equal(key.GetProperty("id").GetString(), soon.GetProperty("id").GetString());
        Assert.InRange(StartOf(key) - StartOf(soon), TimeSpan.FromHours(23), TimeSpan.FromHours(24));
        Assert.Equal("mac-2", mac.GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_keys_are_listed_without_their_secrets()
    {
        var lines = (await _here.RunAsync("keys", "list")).Output.Split('\n');

        Assert.Matches("^Id +Purpose +Algorithm +State +From +Until +Verifies until$", lines[0]);
        Assert.Matches(@"^\S{43} +sign +ES256 +current ", lines[1]);
        Assert.Matches("^mac-1 +mac +HS256 +current ", lines[2]);
    }

    [Fact]
    public async Task An_unknown_key_is_named() =>
        Assert.Equal("No live key mac-9 exists.\n", await _here.FailAsync(1, "keys", "revoke", "mac-9", "--yes"));

    [Fact]
    public async Task A_backup_of_the_running_database_serves_the_same_sessions()
    {
        using var elsewhere = new TempDirectory();
        await _here.AskAsync("backup", elsewhere.File("handstamp.db"));
        File.Copy(_here.File("master.key"), elsewhere.File("master.key"));

        await using var second = await HandstampProcess.StartAsync(elsewhere.Path);
        using var client = new HandstampClient(second.Address);
        var (status, _) = await client.RefreshAsync(_tokens.RefreshToken);

        Assert.Equal(200, status);
        Assert.Contains("already exists", await _here.FailAsync(1, "backup", elsewhere.File("handstamp.db")));
        Assert.Contains("does not exist", await _here.FailAsync(1, "backup", elsewhere.File("none/copy")));
        Assert.DoesNotContain("unfinished", await _here.FailAsync(1, "backup", "/proc/copy"));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _here.Dispose();
    }

    async Task<(int Status, string? Code)> RefusalAsync()
    {
        var (status, body) = await _client.RefreshAsync(_tokens.RefreshToken);
        return (status, body.GetProperty("code").GetString());
    }

    async Task<IReadOnlyList<JsonElement>> KeysAsync(string purpose) =>
        [.. (await _here.AskAsync("keys", "list")).EnumerateArray().Where(key => Text(key, "purpose") == purpose)];

    // The service reads its key ring again every second.
    Task AwaitPublishedAsync(string key) =>
        Eventually.TrueAsync(async () => (await PublishedAsync()).Contains(key), $"{key} is published");

    async Task<IReadOnlyList<string>> PublishedAsync()
    {
        var (_, keys) = await _client.GetAsync(".well-known/jwks.json");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    static string? Text(JsonElement shown, string member) => shown.GetProperty(member).GetString();

    static DateTimeOffset StartOf(JsonElement key) => key.GetProperty("active_from").GetDateTimeOffset();

    static string Padded(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
