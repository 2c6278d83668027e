using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class PasswordCommandTests : IDisposable
{
    const string Breached = "a green umbrella";

    readonly Installation _here = new();

    string List => _here.File("breached.list");

    [Fact]
    public async Task An_imported_list_refuses_its_passwords_wherever_one_is_chosen()
    {
        var made = await _here.AskAsync("passwords", "import", _here.Write("hashes.txt", Hash(Breached) + ":12\r\n"), List);
        _here.Write("handstamp.json", $$$"""{ "Accounts": { "Password": { "BreachedFile": {{{JsonSerializer.Serialize(List)}}} } } }""");

        var added = await _here.RunAsync(new CommandCall(["user", "add", "ada@example.com", "--password", "-"], Input: Breached + "\n"));

        Assert.Equal((1, 1), (made.GetProperty("lines").GetInt32(), made.GetProperty("passwords").GetInt32()));
        Assert.Equal((1, "This password is in a list of breached passwords, so attackers try it.\n"), (added.ExitCode, added.Error));
        Assert.Equal((false, "breached", true), await CheckAsync(Breached));
        Assert.Equal((false, "common", false), await CheckAsync("password"));
        Assert.Equal((true, null, false), await CheckAsync("a violet umbrella"));
    }

    [Fact]
    public async Task Hashes_can_come_from_standard_input()
    {
        var made = await _here.AskAsync(new CommandCall(
            ["passwords", "import", "-", List, "--min-count", "2"], Input: $"{Hash("rare")}:1\n{Hash(Breached)}:2\n"));

        Assert.Equal((2, 1), (made.GetProperty("lines").GetInt32(), made.GetProperty("passwords").GetInt32()));
    }

    [Fact]
    public async Task A_line_that_is_not_a_hash_is_reported_with_its_number_and_not_repeated()
    {
        var error = await _here.FailAsync(1, "passwords", "import", _here.Write("passwords.txt", $"{Hash(Breached)}\nmy secret\n"), List);

        Assert.Equal("Line 2 is not a SHA-1 hash: 40 hexadecimal digits, and optionally a colon and a count. No list was written.\n", error);
        Assert.False(File.Exists(List));
    }

    [Fact]
    public async Task A_file_that_is_not_a_list_is_not_replaced()
    {
        var hashes = _here.Write("hashes.txt", Hash(Breached) + "\n");

        Assert.Contains("exists, and it is not a list made by", await _here.FailAsync(1, "passwords", "import", hashes, hashes));
        Assert.Contains("this is a directory", await _here.FailAsync(1, "passwords", "import", hashes, _here.Data));
        Assert.Contains("does not exist", await _here.FailAsync(1, "passwords", "import", hashes, _here.File("no/breached.list")));
        Assert.Contains("Could not find file", await _here.FailAsync(1, "passwords", "import", _here.File("none"), List));
        Assert.Equal(Hash(Breached) + "\n", File.ReadAllText(hashes));
    }

    [Fact]
    public async Task A_check_says_which_rule_refuses_a_password()
    {
        Assert.Equal((false, "guessable", null), await CheckAsync("grace.hopper", "--email", "grace.hopper@acme.example"));
        Assert.Equal((true, null, null), await CheckAsync("grace.hopper"));

        var shown = await _here.RunAsync(new CommandCall(["passwords", "check", "--password", "-"], Input: "password\n"));

        Assert.Equal(
            (1, """
                Refused by the rule common. This password is too common.
                There is no list of breached passwords: Accounts:Password:BreachedFile is not set.

                """),
            (shown.ExitCode, shown.Output));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Data));
    }

    [Fact]
    public async Task A_password_is_not_requested_without_a_terminal() => Assert.Equal(
        "Not a terminal. Pass the password with `--password -` or --password-file.\n", await _here.FailAsync(1, "passwords", "check"));

    [Theory]
    [InlineData("missing")]
    [InlineData("truncated")]
    [InlineData("foreign")]
    public async Task An_unusable_list_stops_the_start_and_is_named(string how)
    {
        if (how == "foreign") _here.Write("breached.list", Hash(Breached));
        if (how == "truncated")
        {
            await _here.AskAsync("passwords", "import", _here.Write("hashes.txt", Hash(Breached)), List);
            using var file = File.OpenWrite(List);
            file.SetLength(file.Length - 1);
        }
        string[] setting = [$"--Accounts:Password:BreachedFile={List}"];

        var check = await _here.RunAsync(["check-config", .. setting]);
        var serve = await _here.RunAsync(["serve", "--urls", "http://127.0.0.1:0", .. setting]);

        foreach (var result in (CommandResult[])[check, serve])
        {
            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith($"Accounts:Password:BreachedFile is {List}, which cannot be used: ", result.Error);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }
    }

    /// <summary>Whether the password is accepted, the rule that it breaks, and whether the list of breached passwords has it.</summary>
    async Task<(bool Accepted, string? Rule, bool? Breached)> CheckAsync(string password, params string[] options)
    {
        var result = await _here.RunAsync(
            new CommandCall(["passwords", "check", "--password", "-", "--json", .. options], Input: password + "\n"));
        var report = JsonElement.Parse(result.Output);
        var (accepted, breached) = (report.GetProperty("accepted").GetBoolean(), report.GetProperty("breached"));
        Assert.Equal((accepted ? 0 : 1, ""), (result.ExitCode, result.Error));
        return (accepted, report.GetProperty("rule").GetString(), breached.ValueKind == JsonValueKind.Null ? null : breached.GetBoolean());
    }

#pragma warning disable CA5350 // The published lists have SHA-1.
    static string Hash(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350

    public void Dispose() => _here.Dispose();
}
