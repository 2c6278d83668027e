using System.Diagnostics;
using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Host.Tests.ReadmeWalk;

/// <summary>The walk of the README: shell commands in steps, and the output of each step.</summary>
sealed partial class Walk
{
    const string Beginning = "<!-- The blocks";
    const string End = "<!-- The end of the walk";
    const string PrintSeparator = "\nprintf '\\036'\n";
    const char Separator = '\x1e';

    readonly string _readme;

    Walk(string readme)
    {
        _readme = readme;
        var (start, end) = (readme.IndexOf(Beginning, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        Steps = [.. StepBlocks().Matches(readme[start..end]).Select(block => new WalkStep(block.Groups[1].Value, block.Groups[2].Value))];
    }

    public IReadOnlyList<WalkStep> Steps { get; }

    /// <summary>The arguments that the README passes to <c>./run</c>.</summary>
    public string[] ServiceArguments => RunLine().Match(_readme).Groups[1].Value.Split(' ');

    public static Walk Read() => new(Repository.Read("README.md"));

    /// <summary>Runs the steps in one shell, as a reader does; returns the output of each step.</summary>
    public async Task<string[]> RunAsync(Uri service, Uri api)
    {
        var script = string.Join(PrintSeparator, Steps.Select(step => step.Commands))
            .Replace("http://127.0.0.1:5110", service.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5111", api.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        var printed = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return printed.Split(Separator);
    }

    [GeneratedRegex("```sh\n(.*?)```\n(?:\n```text\n(.*?)```)?", RegexOptions.Singleline)]
    private static partial Regex StepBlocks();

    [GeneratedRegex("^\\./run (--.+)$", RegexOptions.Multiline)]
    private static partial Regex RunLine();
}

sealed partial record WalkStep(string Commands, string Printed)
{
    /// <summary>
    /// The text without the parts that differ from run to run. The README shortens tokens, and this shortens them all.
    /// </summary>
    public static string Normalized(string text) =>
        Varying().Replace(text, found => found.Value[..Math.Min(3, found.Length)] switch { "eyJ" => "eyJ…", "hsr" => "hsr_…", _ => "…" });

    [GeneratedRegex(
        @"eyJ[\w.…-]*|hsr_[\w…-]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")]
    private static partial Regex Varying();
}
