using System.Runtime.InteropServices;
using Handstamp.TestBed;

namespace Handstamp.Cluster.Machines;

/// <summary>
/// The place of the cluster: namespaces of this process alone. Nobody else sees the machines, their network and their
/// disks, and two runs do not meet. The kernel removes everything with the process, however the process ends. A user
/// who is not root also gets a user namespace, and is root in that namespace.
/// </summary>
static partial class Room
{
    /// <summary>The address of this process in the network of the machines.</summary>
    public const string Address = "10.0.0.254";

    /// <summary>The directory of the machines' disks; nothing else is mounted here.</summary>
    public const string Disks = "/media";

    const string Door = "HANDSTAMP_ROOM";

    static readonly string[] Unshare =
        ["unshare", .. User(), "--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"];

    public static bool IsEntered => Environment.GetEnvironmentVariable(Door) is not null;

    /// <summary>Whether only one user is known here, and that user is root.</summary>
    public static bool HasOneUser => File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[2] == "1";

    /// <summary>Runs this program again in its own namespaces. Returns only if that is impossible.</summary>
    public static int Enter(string[] arguments)
    {
        var attempt = CommandResult.OfAsync(Unshare[0], new CommandCall([.. Unshare[1..], "ip", "link", "add", "type", "veth"])).Result;
        if (attempt.ExitCode == 0) Execute([.. Unshare, "env", $"{Door}=entered", Environment.ProcessPath!, .. arguments]);
        Console.Error.WriteLine(
            $"The cluster needs network namespaces: run it as root, or allow user namespaces. {attempt.Error.Trim()}");
        return 1;
    }

    /// <summary>A switch that connects all machines, and a place for their disks.</summary>
    public static async Task FurnishAsync()
    {
        await RunAsync("ip", "link", "set", "lo", "up");
        await RunAsync("ip", "link", "add", "lan", "type", "bridge");
        await RunAsync("ip", "address", "add", $"{Address}/24", "dev", "lan");
        await RunAsync("ip", "link", "set", "lan", "up");
        await RunAsync("mount", "-t", "tmpfs", "none", Disks);
    }

    /// <summary>Runs a command until it ends, and returns its output.</summary>
    public static async Task<string> RunAsync(string file, params string[] arguments)
    {
        var result = await CommandResult.OfAsync(file, new CommandCall(arguments));
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: {result.Output}{result.Error}");
    }

    static string[] User() => Environment.IsPrivilegedProcess ? [] : ["--user", "--map-root-user"];

    static void Execute(string[] command) => Execute(command[0], [.. command, null]);

    [LibraryImport("libc", EntryPoint = "execvp", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Execute(string file, string?[] arguments);
}
