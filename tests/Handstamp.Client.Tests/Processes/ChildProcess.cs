using System.Diagnostics;
using System.Runtime.InteropServices;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests.Processes;

/// <summary>This executable again, as one of many programs that share a store. It communicates by lines.</summary>
sealed partial class ChildProcess : IDisposable
{
    const int SigStop = 19;

    readonly Process _process;

    ChildProcess(Process process) => _process = process;

    /// <param name="task">Its task.</param>
    /// <param name="sharing">Which of the shared resources work.</param>
    /// <param name="service">The service's address, as its clients know it.</param>
    /// <param name="through">The address to which its requests go.</param>
    /// <param name="file">The store.</param>
    public static ChildProcess Start(ChildTask task, Sharing sharing, Uri service, Uri through, string file)
    {
        string[] arguments = [nameof(ChildProcess), $"{task}", $"{sharing}", service.OriginalString, through.OriginalString, file];
        return Start(new ProcessStartInfo(Environment.ProcessPath!, arguments));
    }

    /// <summary>A process that has a proxy set for plain http, and calls this address.</summary>
    public static ChildProcess StartBehindProxy(Uri proxy, Uri url) =>
        Start(new ProcessStartInfo(Environment.ProcessPath!, [nameof(ProxyChild), url.OriginalString])
        {
            Environment = { ["http_proxy"] = proxy.OriginalString, ["no_proxy"] = "", ["NO_PROXY"] = "" },
        });

    /// <summary>
    /// A process with its own store, in the session of the user who starts it, which is no desktop's in a test.
    /// </summary>
    public static ChildProcess StartStore(params string[] arguments) =>
        Start(new ProcessStartInfo(Environment.ProcessPath!, [nameof(StoreChild), .. arguments]));

    /// <summary>The same, with a bus at this address.</summary>
    public static ChildProcess StartStoreAt(string bus, string file) =>
        Start(new ProcessStartInfo(Environment.ProcessPath!, [nameof(StoreChild), file]) { Environment = { ["DBUS_SESSION_BUS_ADDRESS"] = bus } });

    /// <summary>The same after a login to a desktop. The password unlocks its keyring if it is that of the first login.</summary>
    public static ChildProcess StartStoreOnDesktop(string home, string password, params string[] arguments)
    {
        // Programs that the bus starts by itself print, too.
        const string Session = "exec dbus-run-session -- bash -c \"$0\" \"$@\" 3>&1 > /dev/null";
        const string Login = "printf '%s' \"$0\" | gnome-keyring-daemon --unlock --components=secrets && exec \"$@\" >&3";
        return Start(new ProcessStartInfo(
            "bash", ["-c", Session, Login, password, Environment.ProcessPath!, nameof(StoreChild), .. arguments])
        {
            Environment = { ["XDG_DATA_HOME"] = home, ["XDG_RUNTIME_DIR"] = home },
        });
    }

    static ChildProcess Start(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>The next line that it prints; null when it has ended.</summary>
    public Task<string?> ReadLineAsync() =>
        _process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(Eventually.Timeout);

    public Task<string?> AskAsync(string line)
    {
        _process.StandardInput.WriteLine(line);
        return ReadLineAsync();
    }

    /// <summary>SIGKILL: the process runs no more of its code.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: the process stays alive, keeps what it holds, and does nothing.</summary>
    public void Halt() => Assert.Equal(0, Signal(_process.Id, SigStop));

    /// <summary>Closes its input, so that it ends.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
