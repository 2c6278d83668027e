using System.CommandLine;
using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed partial class ManualCommandTests
{
    [Fact]
    public async Task The_manual_has_every_command_with_its_options()
    {
        var sections = (await RunAsync()).Split("\n.SS ").Skip(1).Select(section => section.Replace("\\-", "-", StringComparison.Ordinal)).ToList();

        foreach (var (path, command) in Below(CommandLine.Commands(), "handstamp"))
        {
            var section = Assert.Single(sections, section => section.Split('\n')[0].TrimEnd() == string.Join(' ', [path, .. command.Arguments.Select(argument => argument.Name)]));
            Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Contains($"\n.B {option.Name}", section));
        }
    }

    [Fact]
    public async Task No_text_in_the_manual_is_taken_for_a_request() => Assert.DoesNotMatch(UnknownRequest(), await RunAsync());

    static async Task<string> RunAsync()
    {
        var result = await HandstampExecutable.RunAsync("man");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    static IEnumerable<(string Path, Command Command)> Below(Command command, string path) =>
        from below in command.Subcommands
        where !below.Hidden
        let own = $"{path} {below.Name}"
        from one in below.Action is null ? Below(below, own) : Below(below, own).Append((own, below))
        select one;

    [GeneratedRegex(@"^(\.(?!TH|SH|SS|TP|B |I )|')", RegexOptions.Multiline)]
    private static partial Regex UnknownRequest();
}
