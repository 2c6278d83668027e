using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class AuditCommandTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task The_changes_of_commands_are_listed_with_their_operator()
    {
        await _here.AddAccountAsync();
        await using (var service = await _here.ServeAsync())
        {
            using var client = new HandstampClient(service.Address);
            await client.LoginAsync(Ada);
            var one = await client.LoginAsync(Ada);
            await _here.AskAsync("session", "end", one.SessionId.ToString());
            await _here.AskAsync("session", "end", "--all", Ada);
        }
        await _here.AskAsync("user", "set-roles", Ada, "admin", "ops");
        await _here.AskAsync("user", "set-claims", Ada, "plan=secret-plan");
        await _here.AskAsync("user", "set-password", Ada, "--generate");
        await _here.AskAsync("user", "disable", Ada);
        await _here.AskAsync("user", "enable", Ada);
        await _here.AskAsync("user", "delete", Ada, "--yes");
        await _here.AskAsync("keys", "rotate", "sign");
        await _here.AskAsync("keys", "revoke", "mac-1", "--yes");
        await _here.AskAsync("api", "add", "orders");
        await _here.AskAsync("api", "remove", "orders");
        await _here.AskAsync("keys", "rewrap", "--yes");

        var events = await ListAsync();

        Assert.Equal(
            [
                ("account.added", null), ("session.ended", "ended_by_operator"), ("session.ended", "ended_by_operator"),
                ("account.roles_changed", null), ("account.claims_changed", null), ("account.password_changed", null),
                ("account.disabled", null), ("account.enabled", null), ("account.deleted", null), ("key.rotated", null), ("key.revoked", null),
                ("api.added", null), ("api.removed", null), ("key.rewrapped", null),
            ],
            events.Where(IsByOperator).Select(done => (Text(done, "kind"), Text(done, "outcome"))));
        Assert.All(events.Where(IsByOperator), done => Assert.Contains(Environment.UserName, Text(done, "actor_id"), StringComparison.Ordinal));
        Assert.Contains(events, done => (Text(done, "kind"), Text(done, "actor"), Text(done, "detail")) == ("key.created", "system", "mac-1"));
        Assert.Contains(events, done => (Text(done, "kind"), Text(done, "detail")) == ("key.revoked", "mac-1"));
        Assert.Equal(2, events.Count(done => Text(done, "kind") == "session.begun"));
        Assert.Contains(events, done => (Text(done, "kind"), Text(done, "detail")) == ("account.roles_changed", "admin, ops"));
        Assert.Contains(events, done => (Text(done, "kind"), Text(done, "detail")) == ("account.claims_changed", "plan"));
        Assert.DoesNotContain(events, done => done.GetRawText().Contains("secret-plan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_who_runs_a_command_with_sudo_is_named_too()
    {
        await _here.AskAsync(new CommandCall(["api", "add", "orders"], Environment: new Dictionary<string, string> { ["SUDO_USER"] = "grace" }));

        Assert.Equal($"grace as {Environment.UserName}", Text(Assert.Single(await ListAsync("--kind", "api")), "actor_id"));
    }

    [Fact]
    public async Task The_list_is_filtered_by_account_kind_address_time_and_number()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        var ada = await client.JoinAsync(Ada);
        await client.JoinAsync("grace@example.com");
        var account = (await _here.AskAsync("user", "show", Ada)).GetProperty("id").GetString()!;

        Assert.Equal([account], (await ListAsync("--account", Ada, "--kind", "session.begun")).Select(done => Text(done, "account_id")!));
        Assert.Equal([ada.SessionId.ToString()], (await ListAsync("--account", account, "--kind", "session")).Select(done => Text(done, "session_id")!));
        Assert.Equal(2, (await ListAsync("--address", "127.0.0.1", "--kind", "session")).Count);
        Assert.Equal(2, (await ListAsync("--address", "::ffff:127.0.0.1", "--kind", "session")).Count);
        Assert.Equal(2, (await ListAsync("--address", "::ffff:127.0.0.0/120", "--kind", "session")).Count);
        Assert.Equal(2, (await ListAsync("--address", "::ffff:0:0/96", "--kind", "session")).Count);
        Assert.Empty(await ListAsync("--address", "192.0.2.0/24"));
        Assert.Empty(await ListAsync("--address", "::ffff:192.0.2.0/120"));
        Assert.Equal(1, JsonElement.Parse((await _here.RunAsync("audit", "list", "--limit", "1", "--json")).Output).GetArrayLength());
        Assert.NotEmpty(await ListAsync("--since", "1h"));
        Assert.Empty(await ListAsync("--since", "2999-01-01"));
    }

    [Theory]
    [InlineData("--kind", "nonsense", 2, "Unknown kind 'nonsense'. The kinds are: session.begun, ")]
    [InlineData("--address", "nonsense", 2, "'nonsense' is neither an address nor a network, such as 10.0.0.0/8.")]
    [InlineData("--address", "192.0.2.7/33", 2, "'192.0.2.7/33' is neither an address nor a network, such as 10.0.0.0/8.")]
    [InlineData("--address", "::ffff:192.0.2.0/95", 2, "'::ffff:192.0.2.0/95' is larger than IPv4: ")]
    [InlineData("--limit", "0", 2, "--limit has to be between 1 and 100000.")]
    [InlineData("--since", "yesterday", 1, "'yesterday' is not a time.")]
    [InlineData("--account", "nobody@example.com", 1, "No account nobody@example.com exists.")]
    public async Task An_invalid_filter_is_reported(string option, string value, int exitCode, string says)
    {
        await _here.AddAccountAsync();

        Assert.StartsWith(says, await _here.FailAsync(exitCode, "audit", "list", option, value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_prints_past_events_and_then_new_ones_until_it_is_interrupted()
    {
        await _here.AskAsync("api", "add", "before");
        using var following = new CommandCall(["audit", "list", "--follow", "--json", "--data", _here.Data]).Start(HandstampExecutable.Path);
        Assert.Equal("before", Text(JsonElement.Parse((await following.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!), "detail"));

        await _here.AskAsync("api", "add", "after");

        Assert.Equal("after", Text(JsonElement.Parse((await following.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!), "detail"));
        using var interrupt = System.Diagnostics.Process.Start("kill", ["-INT", $"{following.Id}"]);
        await following.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, following.ExitCode);
        Assert.Equal("", await following.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Texts_of_strangers_are_escaped_for_the_terminal()
    {
        var result = await _here.RunAsync(new CommandCall(
            ["api", "add", "orders"], Environment: new Dictionary<string, string> { ["SUDO_USER"] = "\u001b[31mred" }));
        Assert.Equal(0, result.ExitCode);

        var shown = await _here.RunAsync("audit", "list");

        Assert.DoesNotContain('\u001b', shown.Output);
        Assert.Contains("\\u001b[31mred", shown.Output, StringComparison.Ordinal);
    }

    async Task<IReadOnlyList<JsonElement>> ListAsync(params string[] arguments) =>
        [.. (await _here.AskAsync(["audit", "list", .. arguments])).EnumerateArray()];

    static bool IsByOperator(JsonElement done) => Text(done, "actor") == "operator";

    static string? Text(JsonElement done, string member) => done.GetProperty(member).GetString();
}
