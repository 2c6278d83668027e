using System.Globalization;
using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Proof.Faults;

/// <summary>The real executable on one data directory and one port, which may be killed and started again.</summary>
sealed partial class Service : IAsyncDisposable
{
    readonly TempDirectory _data;
    readonly string[] _settings;
    readonly Dictionary<string, string> _environment;
    ListeningProcess _process = null!;

    Service(TempDirectory data, Database database, string[] settings, Dictionary<string, string> environment)
    {
        (_data, Database) = (data, database);
        (_settings, _environment) = ([.. settings, .. database.Settings], environment);
    }

    public Database Database { get; }

    public Uri Address => _process.Address;

    /// <summary>
    /// Starts the service with windows and lives that fit into a short run, and without anything that slows logins
    /// down.
    /// </summary>
    public static async Task<Service> StartAsync(
        TimeSpan window, Engine engine = Engine.Sqlite, Dictionary<string, string>? environment = null)
    {
        string[] settings =
        [
            $"--Sessions:RetryWindow={window:c}", "--Sessions:AccessTokenLifetime=00:00:05", "--Telemetry:Prometheus=true",
            "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5", "--Accounts:Throttle:AccountFree=10000",
            "--Accounts:Throttle:NetworkFree=10000", "--Accounts:Throttle:AccountLogins=10000",
            "--Accounts:Throttle:NetworkLogins=10000", "--Sessions:MaxPerAccount=10000", "--Logging:Level=Warning",
        ];
        var data = new TempDirectory();
        var service = new Service(data, await Database.MakeAsync(engine, data.Path), settings, environment ?? []);
        await service.StartProcessAsync($"http://127.0.0.1:{ServerPort.Find()}");
        return service;
    }

    /// <summary><c>kill -9</c>. Returns at once.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Kills the service if it still runs, and starts it on the same files.</summary>
    public async Task RestartAsync(Action whileDown)
    {
        var address = Address.OriginalString;
        await _process.KillAsync();
        whileDown();
        await _process.DisposeAsync();
        await StartProcessAsync(address);
    }

    /// <summary>The number of refreshes for each outcome, since the process started.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountRefreshesAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var metrics = await http.GetStringAsync("metrics");
        return Refreshes().Matches(metrics).ToDictionary(
            match => match.Groups["outcome"].Value, match => int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Database.DisposeAsync();
        _data.Dispose();
    }

    async Task StartProcessAsync(string address) => _process = await HandstampProcess.StartAsync(
        _data.Path, new CommandCall(["--urls", address, .. _settings], Environment: _environment));

    [GeneratedRegex("""^handstamp_refreshes[^{]*\{[^}]*outcome="(?<outcome>\w+)"[^}]*\} (?<count>\d+)""", RegexOptions.Multiline)]
    private static partial Regex Refreshes();
}
