using System.Diagnostics;
using Handstamp.TestBed;

namespace Handstamp.Cluster.Machines;

/// <summary>
/// A machine with its own processes, network card and disk. It starts its services when it boots. The contents of its
/// disk survive a loss of power.
/// </summary>
abstract class Machine(string name, string address)
{
    const string DiskSize = "512m";

    // No machine has this address: messages to it are lost silently.
    const string NoCard = "02:00:00:00:00:01";

    // Process 1 of the machine. It ends when its standard input ends, and all other processes end with it. As after a
    // real boot, the processes then have new numbers.
    const string Init = """
        set -e
        ip link set lo up
        mount --bind "$1" /var/lib
        mount -t tmpfs none /run
        mkdir -m 1777 /run/postgresql
        echo $(($2 * 1000)) > /proc/sys/kernel/ns_last_pid
        echo on
        read -r _
        """;

    // In the background, as a child of process 1 only.
    const string Daemon = """log=$1; shift; "$@" >> "$log" 2>&1 < /dev/null &""";

    Process? _power;
    int _boots;

    public string Name => name;

    public string Address => address;

    /// <summary>The path of its disk, seen from outside.</summary>
    public string Disk => Path.Combine(Room.Disks, name);

    string Log => Path.Combine(Directory.CreateDirectory(Repository.PathOf("artifacts/cluster")).FullName, $"{name}.log");

    /// <summary>Inserts an empty disk and turns the machine on for the first time.</summary>
    public async Task InstallAsync()
    {
        File.Delete(Log);
        Directory.CreateDirectory(Disk);
        await Room.RunAsync("mount", "-t", "tmpfs", "-o", $"size={DiskSize},mode=755", "none", Disk);
        await PowerOnAsync();
    }

    public async Task PowerOnAsync()
    {
        _power = new CommandCall(
            ["--mount", "--net", "--pid", "--ipc", "--fork", "--mount-proc", "bash", "-c", Init, "init", Disk, $"{++_boots}"])
            .Start("unshare");
        if (await _power.StandardOutput.ReadLineAsync() != "on")
            throw new InvalidOperationException($"{name} did not boot: {await _power.StandardError.ReadToEndAsync()}");
        await Room.RunAsync("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", $"{_power.Id}");
        await Room.RunAsync("ip", "link", "set", name, "master", "lan", "up");
        await RunAsync("ip", "address", "add", $"{address}/24", "dev", "eth0");
        await RunAsync("ip", "link", "set", "eth0", "up");
        await StartServicesAsync();
    }

    /// <summary>Pulls the plug: no process can clean up, and no packet leaves the machine any more.</summary>
    public async Task PowerOffAsync()
    {
        await Room.RunAsync("ip", "link", "delete", name);
        _power!.StandardInput.Close();
        await _power.WaitForExitAsync();
        _power.Dispose();
    }

    /// <summary>From now on, all messages between the two machines are lost silently.</summary>
    public async Task CutFromAsync(Machine other)
    {
        await RunAsync("ip", "neighbour", "replace", other.Address, "lladdr", NoCard, "dev", "eth0", "nud", "permanent");
        await other.RunAsync("ip", "neighbour", "replace", address, "lladdr", NoCard, "dev", "eth0", "nud", "permanent");
    }

    public async Task JoinWithAsync(Machine other)
    {
        await RunAsync("ip", "neighbour", "delete", other.Address, "dev", "eth0");
        await other.RunAsync("ip", "neighbour", "delete", address, "dev", "eth0");
    }

    /// <summary>Halts all processes, as when a virtual machine is moved to another host.</summary>
    public Task PauseAsync() => RunAsync("bash", "-c", "kill -STOP -1");

    public Task ResumeAsync() => RunAsync("bash", "-c", "kill -CONT -1");

    /// <summary>Starts the machine's services at boot.</summary>
    protected abstract Task StartServicesAsync();

    /// <summary>Starts a service in the background. Its log is outside the machine, so that it survives a power loss.</summary>
    protected Task StartAsync(IReadOnlyDictionary<string, string> environment, params string[] command) =>
        RunAsync(new CommandCall(["bash", "-c", Daemon, "start", Log, .. command], Environment: environment));

    protected Task RunAsync(params string[] command) => RunAsync(new CommandCall(command));

    async Task RunAsync(CommandCall call)
    {
        string[] inside = ["--target", $"{_power!.Id}", "--mount", "--net", "--ipc", $"--pid=/proc/{_power.Id}/ns/pid_for_children"];
        var result = await CommandResult.OfAsync("nsenter", call with { Arguments = [.. inside, .. call.Arguments] });
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{name}: {string.Join(' ', call.Arguments)}: {result.Output}{result.Error}");
    }
}
