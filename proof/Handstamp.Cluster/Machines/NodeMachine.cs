using Handstamp.TestBed;

namespace Handstamp.Cluster.Machines;

/// <summary>A node: the executable, with the settings of <c>deploy/handstamp</c>.</summary>
sealed class NodeMachine(string name, string address, TimeSpan window) : Machine(name, address)
{
    public static IReadOnlyDictionary<string, string> Settings { get; } = EnvironmentFile.Read("deploy/handstamp/handstamp.env");

    public Uri Door { get; } = new($"http://{address}:5110");

    /// <summary><c>kill -9</c> of the service; the machine keeps running.</summary>
    public Task KillServiceAsync() => RunAsync("pkill", "-KILL", "-x", "handstamp");

    /// <summary>Starts the service again, as systemd does.</summary>
    public Task RestartServiceAsync() => StartServicesAsync();

    protected override async Task StartServicesAsync()
    {
        await RunAsync("install", "-d", "-m", "700", "/var/lib/handstamp");
        await StartAsync(Settings, HandstampExecutable.Path, "serve",
            "--data", "/var/lib/handstamp", "--config", Repository.PathOf("deploy/handstamp/handstamp.json"),
            "--urls", Door.OriginalString, $"--Sessions:RetryWindow={window:c}",
            // The clients register and log in as fast as they can.
            "--Accounts:Registration=open", "--Accounts:Throttle:AccountFree=10000", "--Accounts:Throttle:NetworkFree=10000",
            "--Accounts:Throttle:RegistrationFree=10000", "--Accounts:Throttle:AccountLogins=10000",
            "--Accounts:Throttle:NetworkLogins=10000", "--Sessions:MaxPerAccount=10000",
            "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5");
    }
}
