namespace Handstamp.TestBed;

/// <summary>Runs the executable on a terminal of its own, by <c>script</c>. Its two outputs are one there.</summary>
public static class Terminal
{
    /// <summary>Runs a command until it ends. Its input is typed.</summary>
    public static async Task<CommandResult> RunAsync(int columns, CommandCall call)
    {
        var words = call.Arguments.Prepend(HandstampExecutable.Path).Select(word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'");
        string[] script = ["--quiet", "--return", "--command", $"stty cols {columns}; {string.Join(' ', words)}", "/dev/null"];
        var result = await CommandResult.OfAsync("script", call with { Arguments = script });
        // How .NET prepares a terminal, which shows nothing.
        return result with { Output = result.Output.Replace("\u001b[?1h\u001b=", "", StringComparison.Ordinal) };
    }
}
