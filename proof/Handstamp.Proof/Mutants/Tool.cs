using System.ComponentModel;
using System.Diagnostics;

namespace Handstamp.Proof.Mutants;

/// <summary>A process that runs until it ends.</summary>
static class Tool
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // A process that has worked for less than a second in half a minute waits for something that never comes: only its
    // timers still fire.
    static readonly TimeSpan Sign = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Stillness = TimeSpan.FromSeconds(30);

    /// <summary>Runs the process and returns its output; throws an exception with the output if it fails.</summary>
    public static async Task<string> RunAsync(
        string folder, string file, IReadOnlyList<string> arguments, Dictionary<string, string>? environment = null)
    {
        var (code, said) = await TryAsync(folder, file, arguments, environment ?? [], timeout: null);
        return code == 0 ? said : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed:\n{said}");
    }

    /// <summary>
    /// The exit code and the output. The code is null if the process worked for too long, or stood still, and was
    /// killed.
    /// </summary>
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
        // A grandchild that survives the process may hold its output open.
        await Task.WhenAny(said, Task.Delay(TimeSpan.FromSeconds(5)));
        return (ended ? process.ExitCode : null, said.IsCompletedSuccessfully ? string.Concat(said.Result) : "");
    }

    // The limit is on its own work, not on the clock: other processes may keep the machine busy.
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
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // The process has just ended.
            return TimeSpan.Zero;
        }
    }
}
