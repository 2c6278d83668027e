using System.Diagnostics;

namespace Handstamp.Proof.Tests.Mutants;

/// <summary>A process that is run to its end.</summary>
static class Tool
{
    /// <summary>Runs it; throws with what it said if it fails.</summary>
    public static string Run(string folder, string file, IReadOnlyList<string> arguments, Dictionary<string, string>? environment = null)
    {
        var (code, said) = Try(folder, file, arguments, environment ?? [], Timeout.InfiniteTimeSpan);
        if (code != 0) throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed:\n{said}");
        return said;
    }

    /// <summary>Its exit code, or null if it took too long and was killed; and what it said.</summary>
    public static (int? Code, string Said) Try(
        string folder, string file, IReadOnlyList<string> arguments, Dictionary<string, string> environment, TimeSpan patience)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var ended = process.WaitForExit(patience);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        // A grandchild that outlives it may hold its output open.
        return (ended ? process.ExitCode : null, said.Wait(TimeSpan.FromSeconds(5)) ? string.Concat(said.Result) : "");
    }
}
