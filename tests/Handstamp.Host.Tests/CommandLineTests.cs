using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("usr")]
    [InlineData("user")]
    [InlineData("user add")]
    [InlineData("user list --nonsense")]
    [InlineData("keys rotate everything")]
    [InlineData("keys rotate 7")]
    [InlineData("keys rotate Sign,Mac")]
    [InlineData("session end")]
    [InlineData("session end nope")]
    [InlineData("session end --all")]
    [InlineData("session end 0199d3f2-5c1e-7b0a-9c51-2f4d8e6a7b31 --all ada@example.com")]
    [InlineData("migrate-storage --from sqlite:data/handstamp.db")]
    public async Task A_command_that_is_not_understood_returns_two_and_points_to_the_help(string line)
    {
        var result = await HandstampExecutable.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("See --help.\n", result.Error);
    }

    [Theory]
    [InlineData("user", "list", "--data", "")]
    [InlineData("check-config", "--config", "")]
    [InlineData("backup", "")]
    [InlineData("keys", "rotate", "")]
    public async Task An_empty_argument_is_refused(params string[] arguments)
    {
        var result = await HandstampExecutable.RunAsync(arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("See --help.\n", result.Error);
        Assert.DoesNotContain("Handstamp.", result.Error);
    }

    [Theory]
    [InlineData("health extra", "Unexpected argument 'extra'.")]
    [InlineData("serve extra", "Unexpected argument 'extra'.")]
    [InlineData("health --nope", "--nope: unknown setting 'nope'. `handstamp check-config` lists all settings.")]
    [InlineData("serve --nope", "--nope: unknown setting 'nope'. `handstamp check-config` lists all settings.")]
    [InlineData("serve --Isuer=x", "--Isuer: unknown setting 'Isuer'. Did you mean 'Issuer'?")]
    [InlineData("serve --Issuer", "--Issuer needs a value.")]
    [InlineData("health --Sessions:RetryWindow=x", "--Sessions:RetryWindow: Sessions:RetryWindow is 'x'; it has to be a time")]
    public async Task A_setting_on_the_command_line_that_is_not_understood_returns_two(string line, string said)
    {
        var result = await HandstampExecutable.RunAsync([.. line.Split(' '), "--json"]);

        var failure = JsonElement.Parse(result.Error);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal(("invalid_command_line", 2), (failure.GetProperty("code").GetString(), failure.GetProperty("exit_code").GetInt32()));
        Assert.StartsWith(said, failure.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", failure.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("user add ada@example.com --password-file")]
    [InlineData("user add ada@example.com --generate --config")]
    [InlineData("keys rewrap --yes --new-key")]
    public async Task A_file_that_is_larger_than_such_a_file_can_be_is_refused(string line)
    {
        using var here = new Installation();
        var large = here.Write("large", "");
        await using (var file = File.OpenWrite(large)) file.SetLength(2 << 20);

        Assert.Contains("is longer than", await here.FailAsync(1, [.. line.Split(' '), large]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_key_file_that_is_too_large_is_refused()
    {
        using var here = new Installation();
        await using (var file = File.OpenWrite(here.Write("master.key", ""))) file.SetLength(2 << 20);

        Assert.Contains("is longer than", await here.FailAsync(1, "keys", "rotate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_purpose_is_reported_without_internal_names() =>
        Assert.Equal("'nonsense' is not a purpose. Use sign, mac or seal. See --help.\n",
            (await HandstampExecutable.RunAsync("keys", "rotate", "nonsense")).Error);

    [Fact]
    public async Task The_help_names_every_command()
    {
        var result = await HandstampExecutable.RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(["serve", "user", "session", "keys", "api", "backup", "migrate", "migrate-storage", "check-config", "completion", "help", "version"], command =>
            Assert.Contains($"  {command} ", result.Output));
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        var result = await HandstampExecutable.RunAsync("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", result.Output);
    }
}
