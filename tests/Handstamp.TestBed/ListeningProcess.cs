using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Handstamp.TestBed;

/// <summary>
/// A web service as a separate process. It is started, awaited until it says "listening on http://…", and stopped by a
/// signal. It ends with the test, whatever the test does.
/// </summary>
public sealed partial class ListeningProcess : IAsyncDisposable
{
    const int StopSignal = 19;
    const int ContinueSignal = 18;

    static readonly TimeSpan StartTimeout = Eventually.Timeout;

    readonly Process _process;
    readonly ConcurrentQueue<string> _lines = new();
    readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ListeningProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The address on which it listens.</summary>
    public Uri Address => _listening.Task.Result;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Its present memory.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>The lines that it has written so far, including standard error.</summary>
    public IReadOnlyList<string> Output => [.. _lines];

    public static async Task<ListeningProcess> StartAsync(string file, CommandCall call)
    {
        // If a shell runs the tests in the background, the tests and their child processes ignore interrupts.
        var listening = call with { Arguments = ["--default-signal=INT", file, .. call.Arguments] };
        var process = new ListeningProcess(listening.Start("env"));
        try
        {
            // When a process has ended, its last lines may still be on their way. This waits for them, too.
            await Task.WhenAny(process._listening.Task, process._process.WaitForExitAsync()).WaitAsync(StartTimeout);
            return process._listening.Task.IsCompleted ? process : throw process.Failure("ended before it listened");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, waits until it has stopped, and returns its exit code.</summary>
    public async Task<int> StopAsync(PosixSignal signal = PosixSignal.SIGTERM)
    {
        Send(signal);
        await _process.WaitForExitAsync().WaitAsync(StartTimeout);
        return _process.ExitCode;
    }

    /// <summary>Sends the signal and returns at once.</summary>
    public void Send(PosixSignal signal) => Send(Number(signal));

    /// <summary>Halts it: its sockets still accept data, but nobody reads it.</summary>
    public void Halt() => Send(StopSignal);

    /// <summary>Continues it where it was halted.</summary>
    public void Continue() => Send(ContinueSignal);

    /// <summary>Kills it at once, as <c>kill -9</c> does, and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Kills it, and returns at once.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    void Send(int signal)
    {
        if (Signal(_process.Id, signal) != 0)
            throw Failure($"did not take the signal {signal}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    void Take(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    InvalidOperationException Failure(string what) => new($"The process {what}:\n{string.Join('\n', _lines)}");

    static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    [GeneratedRegex(@"listening on:? (http://[^\s""\\]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
