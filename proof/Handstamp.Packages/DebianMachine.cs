using Handstamp.TestBed;

namespace Handstamp.Packages;

/// <summary>
/// The files of a Debian machine that has only what the package depends on, and no .NET. Its commands run as root, in a
/// mount namespace of their own.
/// </summary>
public sealed class DebianMachine : IDisposable
{
    const string Enter = """mount --bind /proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@" """;

    readonly TempDirectory _directory = new();

    DebianMachine()
    {
    }

    public string Root => _directory.File("root");

    public static async Task<DebianMachine> CreateAsync()
    {
        var machine = new DebianMachine();
        await SucceedsAsync("cp", "-a", await PristineAsync(), machine.Root);
        return machine;
    }

    /// <summary>Runs a command there, and returns what it wrote; fails if the command does.</summary>
    public Task<string> RunAsync(params string[] command) => SucceedsAsync("unshare", ["--mount", "sh", "-c", Enter, Root, .. command]);

    /// <summary>Starts the service there, as its unit does, and waits until it listens.</summary>
    public async Task<ListeningProcess> ServeAsync()
    {
        var unit = await File.ReadAllLinesAsync($"{Root}/usr/lib/systemd/system/handstamp.service");
        var command = unit.Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');
        var user = unit.Single(line => line.StartsWith("User=", StringComparison.Ordinal))["User=".Length..];
        return await ListeningProcess.StartAsync("unshare", new CommandCall(
        [
            "--mount", "sh", "-c", Enter, Root, "setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", .. command,
            "--urls", $"http://127.0.0.1:{ServerPort.Find()}",
        ]));
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Runs a command on this machine, and returns what it wrote; fails if the command does.</summary>
    public static async Task<string> SucceedsAsync(string file, params string[] arguments)
    {
        var result = await CommandResult.OfAsync(file, new CommandCall(arguments));
        Assert.True(result.ExitCode == 0, $"{file} {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Output}{result.Error}");
        return result.Output;
    }

    // The same release as this machine's, as the executable of ./test is linked with its C library. It is fetched once.
    static async Task<string> PristineAsync()
    {
        var release = (await SucceedsAsync("sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME")).Trim();
        var pristine = Repository.PathOf($"artifacts/debian-{release}");
        if (Directory.Exists(pristine)) return pristine;
        await SucceedsAsync("debootstrap", "--variant=minbase", "--include=adduser,ca-certificates,libssl3", release, $"{pristine}.new");
        Directory.Move($"{pristine}.new", pristine);
        return pristine;
    }
}
