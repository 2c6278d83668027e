using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class HelpCommandTests
{
    [Theory]
    [InlineData("usr", "Unknown command 'usr'. Did you mean 'user'? See --help.\n")]
    [InlineData("user lst", "Unknown command 'lst'. Did you mean 'list'? See --help.\n")]
    [InlineData("user xylophone", "Unknown command 'xylophone'. See --help.\n")]
    [InlineData("user list --serach x", "Unknown option '--serach'. Did you mean '--search'? See --help.\n")]
    [InlineData("user list --dta x", "Unknown option '--dta'. Did you mean '--data'? See --help.\n")]
    [InlineData("backup copy another", "Unknown argument 'another'. See --help.\n")]
    [InlineData("complet", "Unknown command 'complet'. Did you mean 'completion'? See --help.\n")]
    [InlineData("user lst --help", "Unknown command 'lst'. Did you mean 'list'? See --help.\n")]
    [InlineData("help usr", "Unknown command 'usr'. Did you mean 'user'? See --help.\n")]
    [InlineData("help user lst", "Unknown command 'lst'. Did you mean 'list'? See --help.\n")]
    [InlineData("session", "session needs a command: list, end. See --help.\n")]
    [InlineData("import users f --format xml", "Argument 'xml' not recognized. Must be one of: 'jsonl', 'csv', 'json'. See --help.\n")]
    [InlineData("user delete ada --yes=perhaps", "Unknown argument 'perhaps'. See --help.\n")]
    public async Task A_command_line_that_is_not_understood_is_explained_in_a_sentence(string line, string says)
    {
        var result = await HandstampExecutable.RunAsync(line.Split(' '));

        Assert.Equal((2, "", says), (result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help user", "user --help")]
    [InlineData("help user add", "user add -h")]
    [InlineData("version", "--version")]
    public async Task Help_and_version_show_what_the_options_show(string command, string option)
    {
        var (shown, expected) = (await RunAsync(command), await RunAsync(option));

        Assert.NotEmpty(expected.Output);
        Assert.Equal(expected, shown);
    }

    [Theory]
    [InlineData(2, "invalid_command_line", "Unknown command 'usr'. Did you mean 'user'? See --help.", "usr")]
    [InlineData(1, "not_found", "No account nobody@example.com exists.", "user", "show", "nobody@example.com")]
    [InlineData(1, "invalid_request", "A username must have 3 to 30 characters: letters from a to z, digits and . _ - between them. It begins and ends with a letter or a digit.", "user", "add", "a b", "--generate")]
    [InlineData(1, "not_confirmed", "Change the master key? Existing backups need the old master key: keep a copy of it. Not a terminal. Pass --yes to confirm.", "keys", "rewrap")]
    public async Task With_json_a_failure_is_an_object_on_standard_error(int exitCode, string code, string says, params string[] arguments)
    {
        using var here = new Installation();

        var result = await here.RunAsync([.. arguments, "--json"]);

        var failure = JsonElement.Parse(result.Error);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            (code, says, exitCode),
            (failure.GetProperty("code").GetString(), failure.GetProperty("error").GetString(), failure.GetProperty("exit_code").GetInt32()));
    }

    static Task<CommandResult> RunAsync(string line) => HandstampExecutable.RunAsync(line.Split(' '));
}
