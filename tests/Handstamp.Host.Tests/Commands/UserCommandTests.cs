using System.Text.Json;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class UserCommandTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task An_account_is_added_with_a_password_from_standard_input()
    {
        var added = await _here.AddAccountAsync(Ada);

        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        await client.LoginAsync(Ada);
        Assert.Equal(Ada, added.GetProperty("email").GetString());
        Assert.False(added.TryGetProperty("password", out _));
    }

    [Fact]
    public async Task An_account_is_added_with_a_password_from_a_file()
    {
        var file = _here.Write("password", HandstampClient.Password + "\n");

        await _here.AskAsync("user", "add", Ada, "--password-file", file);

        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        await client.LoginAsync(Ada);
    }

    [Fact]
    public async Task An_account_is_added_by_a_username_and_gets_another_one()
    {
        await _here.AddAccountAsync("ada");
        await _here.AddAccountAsync("grace");

        Assert.Contains("An account with this username already exists.", await _here.FailAsync(1, "user", "set-username", "ada", "Grace"));
        Assert.Contains("A username must have 3 to 30 characters", await _here.FailAsync(1, "user", "set-username", "ada", "a b"));
        var renamed = await _here.AskAsync("user", "set-username", "ADA", "Lovelace");

        Assert.Equal("Lovelace", renamed.GetProperty("username").GetString());
        Assert.Equal(renamed.GetProperty("id").GetString(), (await _here.AskAsync("user", "show", "lovelace")).GetProperty("id").GetString());
        Assert.Single((await _here.AskAsync("audit", "list", "--kind", "account.username_changed")).EnumerateArray());
    }

    [Fact]
    public async Task An_account_without_external_logins_lists_none()
    {
        await _here.AddAccountAsync(Ada);

        Assert.Equal(0, (await _here.AskAsync("user", "external", Ada)).GetArrayLength());
    }

    [Fact]
    public async Task A_generated_password_is_shown_once()
    {
        var added = await _here.AskAsync("user", "add", Ada, "--generate");

        var shown = await _here.AskAsync("user", "show", Ada);
        Assert.Equal(20, added.GetProperty("password").GetString()!.Length);
        Assert.False(shown.TryGetProperty("password", out _));
    }

    [Fact]
    public async Task A_password_among_the_arguments_is_refused_and_not_repeated()
    {
        var error = await _here.FailAsync(2, "user", "add", Ada, "--password", HandstampClient.Password);

        Assert.Contains("Every process on this machine can read the arguments.", error);
        Assert.DoesNotContain(HandstampClient.Password, error);
    }

    [Fact]
    public async Task Two_sources_of_a_password_are_refused() =>
        Assert.Contains("Pass only one of", await _here.FailAsync(2, "user", "add", Ada, "--generate", "--password", "-"));

    [Fact]
    public async Task A_password_is_not_requested_without_a_terminal() =>
        Assert.Contains("Not a terminal.", await _here.FailAsync(1, "user", "add", Ada));

    [Theory]
    [InlineData(Ada, "An account with this e-mail address already exists.")]
    [InlineData("grace@", "This is not a valid e-mail address.")]
    [InlineData("grace", "A role must have 1 to 128 characters", "--role", "all of them")]
    public async Task What_is_wrong_with_a_new_account_is_said_before_its_password_is_asked_for(string name, string says, params string[] others)
    {
        await _here.AddAccountAsync(Ada);

        var (refused, added) = (await AddAsync([name, .. others]), await AddAsync(["mary"]));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(says, refused.Output);
        Assert.DoesNotContain("Password:", refused.Output);
        Assert.Equal(0, added.ExitCode);
        Assert.Contains("Password:", added.Output);

        Task<CommandResult> AddAsync(string[] arguments) => Terminal.RunAsync(200, new CommandCall(
            ["user", "add", .. arguments, "--data", _here.Data], Input: $"{HandstampClient.Password}\n{HandstampClient.Password}\n"));
    }

    [Fact]
    public async Task A_weak_password_is_refused_with_the_reason()
    {
        var result = await _here.RunAsync(new CommandCall(["user", "add", Ada, "--password", "-"], Input: "password\n"));

        Assert.Equal((1, "This password is too common.\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task An_address_can_have_only_one_account()
    {
        await _here.AddAccountAsync(Ada);

        var error = await _here.FailAsync(1, "user", "add", "ADA@example.com", "--generate");
        Assert.Equal("An account with this e-mail address already exists.\n", error);
    }

    [Fact]
    public async Task The_list_is_lines_of_columns_when_it_is_piped()
    {
        await _here.AddAccountAsync("bob@example.com");
        await _here.AddAccountAsync(Ada);

        var lines = (await _here.RunAsync("user", "list")).Output.Split('\n');
        Assert.StartsWith("Name             Id ", lines[0]);
        // In the order in which they were added.
        Assert.StartsWith("bob@example.com  ", lines[1]);
        Assert.StartsWith("ada@example.com  ", lines[2]);
    }

    [Fact]
    public async Task The_list_is_an_array_for_programs()
    {
        await _here.AddAccountAsync(Ada);

        var account = Assert.Single((await _here.AskAsync("user", "list")).EnumerateArray());
        Assert.Equal(Ada, account.GetProperty("email").GetString());
    }

    [Fact]
    public async Task An_account_is_found_by_its_id()
    {
        var id = (await _here.AddAccountAsync(Ada)).GetProperty("id").GetString()!;

        Assert.StartsWith(Ada, (await _here.RunAsync("user", "show", id)).Output);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("disable")]
    [InlineData("enable")]
    [InlineData("delete")]
    [InlineData("set-roles")]
    [InlineData("add-role", "admin")]
    [InlineData("remove-role", "admin")]
    [InlineData("set-claims")]
    public async Task An_unknown_account_is_named(string command, params string[] others) =>
        Assert.Equal("No account nobody@example.com exists.\n", await _here.FailAsync(1, ["user", command, "nobody@example.com", .. others]));

    [Fact]
    public async Task Roles_and_claims_are_replaced()
    {
        await _here.AddAccountAsync(Ada);

        await _here.AskAsync("user", "set-roles", Ada, "admin", "editor");
        await _here.AskAsync("user", "set-roles", Ada, "reader");
        await _here.AskAsync("user", "set-claims", Ada, "team=red", "team=blue", "formula=a=b");
        var account = await _here.AskAsync("user", "show", Ada);

        Assert.Equal(["reader"], account.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(["red", "blue"], account.GetProperty("claims").GetProperty("team").EnumerateArray().Select(team => team.GetString()));
        Assert.Equal("a=b", account.GetProperty("claims").GetProperty("formula")[0].GetString());
    }

    [Fact]
    public async Task Roles_are_added_and_taken_away_one_by_one()
    {
        await _here.AddAccountAsync(Ada);

        await _here.AskAsync("user", "add-role", Ada, "admin", "editor");
        await _here.AskAsync("user", "add-role", Ada, "editor", "reader");
        await _here.AskAsync("user", "remove-role", Ada, "admin");

        Assert.Equal(["editor", "reader"], RolesOf(await _here.AskAsync("user", "show", Ada)));
        Assert.Equal("ada@example.com does not have the role admin. Its roles are: editor, reader.\n",
            await _here.FailAsync(1, "user", "remove-role", Ada, "reader", "admin"));
        Assert.Contains("A role must have 1 to 128 characters", await _here.FailAsync(1, "user", "add-role", Ada, "all of them"));
        // What was there already is no change.
        await _here.AskAsync("user", "add-role", Ada, "reader");
        Assert.Equal(
            ["admin, editor", "admin, editor, reader", "editor, reader"],
            (await _here.AskAsync("audit", "list", "--kind", "account.roles_changed")).EnumerateArray().Select(done => done.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task Operators_who_change_roles_at_the_same_time_lose_nothing_on_SQLite() => await ChangeAtOnceAsync([]);

    [Fact]
    public async Task Operators_who_change_roles_at_the_same_time_lose_nothing_on_PostgreSQL()
    {
        var server = await PostgresServer.Shared;
        var database = await server.CreateDatabaseAsync();
        try
        {
            await ChangeAtOnceAsync(new() { ["HANDSTAMP_Storage__Provider"] = "postgres", ["HANDSTAMP_Storage__ConnectionString"] = database });
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }
    }

    async Task ChangeAtOnceAsync(Dictionary<string, string> environment)
    {
        await AskAsync("user", "add", Ada, "--generate", "--role", "old");
        string[] added = ["role-0", "role-1", "role-2", "role-3", "role-4", "role-5", "role-6", "role-7"];

        await Task.WhenAll([.. added.Select(role => AskAsync("user", "add-role", Ada, role)), AskAsync("user", "remove-role", Ada, "old")]);

        Assert.Equal(added, RolesOf(await AskAsync("user", "show", Ada)).Order());

        Task<JsonElement> AskAsync(params string[] arguments) => _here.AskAsync(new CommandCall(arguments, Environment: environment));
    }

    [Fact]
    public async Task A_claim_without_a_name_is_refused() =>
        Assert.Contains("'=red' must have the form NAME=VALUE", await _here.FailAsync(2, "user", "set-claims", Ada, "=red"));

    [Fact]
    public async Task A_deletion_must_be_confirmed()
    {
        await _here.AddAccountAsync(Ada);

        Assert.Contains("Pass --yes to confirm", await _here.FailAsync(1, "user", "delete", Ada));
        await _here.AskAsync("user", "delete", Ada, "--yes");
        Assert.Empty((await _here.AskAsync("user", "list")).EnumerateArray());
    }

    [Fact]
    public async Task A_missing_directory_does_not_become_an_empty_database()
    {
        var result = await HandstampExecutable.RunAsync("user", "list", "--data", _here.File("typo"));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"The directory {_here.File("typo")} does not exist. Pass the service's data directory with --data DIR.\n", result.Error);
        Assert.False(Directory.Exists(_here.File("typo")));
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_reported_with_the_cause()
    {
        await _here.AddAccountAsync();
        _here.SetMode("handstamp.db", 444);
        _here.SetMode("", 777);

        var result = await _here.RunUnprivilegedAsync("user", "add", "bob@example.com", "--generate");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("readonly database", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _here.Dispose();

    static IEnumerable<string?> RolesOf(JsonElement account) => account.GetProperty("roles").EnumerateArray().Select(role => role.GetString());
}
