using System.Diagnostics;

namespace Handstamp.Proof.Mutants;

/// <summary>A process that is run to its end.</summary>
static class Tool
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // One that has not even worked for a tenth of a second in a minute waits for what never comes.
    static readonly TimeSpan Sign = TimeSpan.FromSeconds(0.1);
    static readonly TimeSpan Stillness = TimeSpan.FromMinutes(1);

    /// <summary>Runs it, and returns what it said; throws with that if it fails.</summary>
    public static async Task<string> RunAsync(
        string folder, string file, IReadOnlyList<string> arguments, Dictionary<string, string>? environment = null)
    {
        var (code, said) = await TryAsync(folder, file, arguments, environment ?? [], timeout: null);
        return code == 0 ? said : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed:\n{said}");
    }

    /// <summary>Its exit code, or null if it worked for too long, or stood still, and was killed; and what it said.</summary>
    public static async Task<(int? Code, string Said)> TryAsync(
        string folder, string file, IReadOnlyList<string> arguments, Dictionary<string, string> environment, TimeSpan? timeout)
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
        var ended = await EndsAsync(process, timeout);
        if (!ended) process.Kill(entireProcessTree: true);
        // A grandchild that outlives it may hold its output open.
        await Task.WhenAny(said, Task.Delay(TimeSpan.FromSeconds(5)));
        return (ended ? process.ExitCode : null, said.IsCompletedSuccessfully ? string.Concat(said.Result) : "");
    }

    // Of its own work, and not of the clock's: others may keep the machine busy.
    static async Task<bool> EndsAsync(Process process, TimeSpan? timeout)
    {
        var (since, worked, end) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, process.WaitForExitAsync());
        while (await Task.WhenAny(end, Task.Delay(Look)) != end)
        {
            if (timeout is null) continue;
            var now = WorkOf(process);
            if (now > timeout) return false;
            if (now - worked > Sign) (since, worked) = (Stopwatch.GetTimestamp(), now);
            else if (Stopwatch.GetElapsedTime(since) > Stillness) return false;
        }
        return true;
    }

    static TimeSpan WorkOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
            return TimeSpan.Zero;
        }
    }
}
