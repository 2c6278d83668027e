using System.Text.Json;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Import;

public sealed class ExportCommandTests : IDisposable
{
    const string Users = """
        {"id":"b6012192-75c2-488e-b76b-bdd487bc7315","email":"Ada@Example.com","email_verified_at":"2024-05-02T12:00:00.123Z","password_hash":"$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS","roles":["admin","ops"],"claims":{"team":["red","blue"],"note":["ü \" \\"]},"created_at":"2024-05-01T12:00:00.5Z"}
        {"emails":[{"email":"bob@example.com","verified_at":"2024-05-02T12:00:00Z"},{"email":"robert@example.com"}],"disabled_at":"2024-06-01T00:00:00Z"}
        {"id":"b6012192-75c2-488e-b76b-bdd487bc7316","emails":[],"created_at":"2024-05-01T12:00:00Z"}
        {"email":"carol@example.com"}
        """;

    readonly Installation _here = new();
    readonly Installation _there = new();

    [Fact]
    public async Task Importing_an_export_gives_the_same_accounts_on_SQLite() => await AreEqualAsync([], []);

    [Fact]
    public async Task Importing_an_export_gives_the_same_accounts_on_PostgreSQL()
    {
        var server = await PostgresServer.Shared;
        var (first, second) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        try
        {
            await AreEqualAsync(On(first), On(second));
        }
        finally
        {
            await server.DropDatabaseAsync(first);
            await server.DropDatabaseAsync(second);
        }
    }

    [Fact]
    public async Task An_export_has_the_hashes_of_sealed_passwords_and_an_import_seals_them()
    {
        await AskAsync(isOn: true, "import", "users", _here.Write("users.jsonl", Users));
        Assert.Contains("Sealed 0 password hashes.", (await AskAsync(isOn: true, "passwords", "seal")).ToString(), StringComparison.Ordinal);

        await AskAsync(isOn: true, "export", "users", _here.File("out.jsonl"), "--with-password-hashes");
        var unsealed = await AskAsync(isOn: false, "passwords", "seal", "--unseal");

        Assert.Contains("$2b$05$", await File.ReadAllTextAsync(_here.File("out.jsonl")), StringComparison.Ordinal);
        Assert.Contains("Unsealed 1 password hash.", unsealed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "Keys:SealPasswords is off, so nothing is sealed.")]
    [InlineData(true, "Keys:SealPasswords is on, so nothing is unsealed.", "--unseal")]
    public async Task Passwords_are_unsealed_only_by_a_command_that_says_so_and_agrees_with_the_settings(bool isOn, string reason, params string[] options)
    {
        await _here.AddAccountAsync();

        var result = await _here.RunAsync(Sealing(isOn, ["passwords", "seal", .. options]));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(reason, result.Error, StringComparison.Ordinal);
    }

    Task<JsonElement> AskAsync(bool isOn, params string[] arguments) => _here.AskAsync(Sealing(isOn, arguments));

    static CommandCall Sealing(bool isOn, string[] arguments) => new(arguments, Environment: new Dictionary<string, string>
    {
        ["HANDSTAMP_MASTER_KEY"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ["HANDSTAMP_Keys__SealPasswords"] = isOn ? "true" : "false",
    });

    [Fact]
    public async Task Only_the_owner_can_read_the_file_and_it_has_no_hashes_by_default()
    {
        await _here.AskAsync("import", "users", _here.Write("users.jsonl", Users));

        await _here.AskAsync("export", "users", _here.File("out.jsonl"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_here.File("out.jsonl")));
        var text = await File.ReadAllTextAsync(_here.File("out.jsonl"));
        Assert.Contains("Ada@Example.com", text);
        Assert.DoesNotContain("password_hash", text);
        Assert.DoesNotContain("$2b$", text);
    }

    [Fact]
    public async Task A_file_is_never_replaced_and_no_unfinished_file_is_left()
    {
        await _here.AddAccountAsync();
        var file = _here.Write("precious", "words");

        var error = await _here.FailAsync(1, "export", "users", file);

        Assert.Contains("never replaces a file", error);
        Assert.Equal("words", await File.ReadAllTextAsync(file));
        Assert.Empty(Directory.EnumerateFiles(_here.Data, "*.unfinished"));
    }

    [Fact]
    public async Task A_directory_is_never_replaced_and_no_unfinished_file_is_left()
    {
        await _here.AddAccountAsync();
        Directory.CreateDirectory(_here.File("out"));

        var error = await _here.FailAsync(1, "export", "users", _here.File("out"), "--with-password-hashes");

        Assert.Contains("already exists", error);
        Assert.Empty(Directory.EnumerateFiles(_here.Data, "*.unfinished"));
    }

    [Fact]
    public async Task An_export_that_fails_in_the_middle_leaves_nothing()
    {
        await AskAsync(isOn: true, "import", "users", _here.Write("users.jsonl", Users));
        var variables = new Dictionary<string, string> { ["HANDSTAMP_MASTER_KEY"] = Convert.ToBase64String(new byte[32].Select(_ => (byte)1).ToArray()) };

        var result = await _here.RunAsync(new CommandCall(["export", "users", _here.File("out"), "--with-password-hashes"], Environment: variables));

        Assert.Contains("encrypted under another master key", result.Error);
        Assert.Empty(Directory.EnumerateFiles(_here.Data, "out*"));
    }

    [Fact]
    public async Task An_empty_installation_gives_an_empty_file_that_can_be_imported()
    {
        await _here.AddAccountAsync();
        await _here.AskAsync("user", "delete", "ada@example.com", "--yes");
        await _here.AskAsync("export", "users", _here.File("none.jsonl"));

        Assert.Equal(0, (await _there.AskAsync("import", "users", _here.File("none.jsonl"))).GetProperty("added").GetInt32());
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    async Task AreEqualAsync(Dictionary<string, string> here, Dictionary<string, string> there)
    {
        await AskAsync(_here, here, "import", "users", _here.Write("users.jsonl", Users));
        await AskAsync(_here, here, "export", "users", _here.File("first.jsonl"), "--with-password-hashes");

        await AskAsync(_there, there, "import", "users", _here.File("first.jsonl"));
        await AskAsync(_there, there, "export", "users", _here.File("second.jsonl"), "--with-password-hashes");

        var exported = await File.ReadAllLinesAsync(_here.File("first.jsonl"));
        Assert.Equal(4, exported.Length);
        Assert.Contains(Users.Split('\n')[0].Replace("Z\"", "+00:00\"", StringComparison.Ordinal), exported);
        Assert.Equal(exported, await File.ReadAllLinesAsync(_here.File("second.jsonl")));
    }

    static Task AskAsync(Installation installation, Dictionary<string, string> engine, params string[] arguments) =>
        installation.AskAsync(new CommandCall(arguments, Environment: engine));

    static Dictionary<string, string> On(string database) => new()
    {
        ["HANDSTAMP_Storage__Provider"] = "postgres",
        ["HANDSTAMP_Storage__ConnectionString"] = database,
    };
}
