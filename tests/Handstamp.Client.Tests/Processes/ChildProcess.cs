using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Handstamp.Client.Tests.Processes;

/// <summary>This executable again, as one of many programs that share a store. Talks by lines.</summary>
sealed partial class ChildProcess : IDisposable
{
    const int SigStop = 19;

    readonly Process _process;

    ChildProcess(Process process) => _process = process;

    /// <param name="task">What it does.</param>
    /// <param name="sharing">What works of what it shares.</param>
    /// <param name="service">The service's address, as its clients know it.</param>
    /// <param name="through">Where its requests go.</param>
    /// <param name="file">The store.</param>
    public static ChildProcess Start(ChildTask task, Sharing sharing, Uri service, Uri through, string file)
    {
        string[] arguments = [nameof(ChildProcess), $"{task}", $"{sharing}", service.OriginalString, through.OriginalString, file];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>What it says next; null when it has ended.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();

    public Task<string?> AskAsync(string line)
    {
        _process.StandardInput.WriteLine(line);
        return ReadLineAsync();
    }

    /// <summary>SIGKILL: it runs no more code of its own.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it lives, keeps what it has, and does nothing.</summary>
    public void Halt() => Assert.Equal(0, Signal(_process.Id, SigStop));

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
