using System.Globalization;
using System.Text.RegularExpressions;
using Handstamp.Testing;
using Microsoft.Data.Sqlite;

namespace Handstamp.Proof.Tests.Faults;

/// <summary>The real executable on one data directory and one port, which may be killed and started again.</summary>
sealed partial class Service : IAsyncDisposable
{
    readonly TempDirectory _data = new();
    readonly string[] _settings;
    readonly Dictionary<string, string> _environment;
    ListeningProcess _process = null!;

    Service(string[] settings, Dictionary<string, string> environment) => (_settings, _environment) = (settings, environment);

    public Uri Address => _process.Address;

    /// <summary>Starts it with windows and lives that fit into a short run, and nothing that slows logins down.</summary>
    public static async Task<Service> StartAsync(TimeSpan window, Dictionary<string, string>? environment = null)
    {
        string[] settings =
        [
            $"--Sessions:RetryWindow={window:c}", "--Sessions:AccessTokenLifetime=00:00:05", "--Telemetry:Prometheus=true",
            "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5", "--Accounts:Throttle:AccountFree=10000",
            "--Accounts:Throttle:NetworkFree=10000", "--Logging:Level=Warning",
        ];
        var service = new Service(settings, environment ?? []);
        await service.StartProcessAsync("http://127.0.0.1:0");
        return service;
    }

    /// <summary><c>kill -9</c>. Returns at once.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Kills it if it still runs, and starts it on the same files.</summary>
    public async Task RestartAsync(Action whileDown)
    {
        var address = Address.OriginalString;
        await _process.KillAsync();
        whileDown();
        await _process.DisposeAsync();
        await StartProcessAsync(address);
    }

    /// <summary>What became of the refreshes, by outcome, since the process started.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountRefreshesAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        var metrics = await http.GetStringAsync("metrics");
        return Refreshes().Matches(metrics).ToDictionary(
            match => match.Groups["outcome"].Value, match => int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture));
    }

    /// <summary>The newest generation of each session, as the database file has it.</summary>
    public IReadOnlyDictionary<Guid, int> ReadGenerations()
    {
        using var database = new SqliteConnection($"Data Source={_data.File("handstamp.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT id, last FROM sessions WHERE revoked_at IS NULL";
        using var rows = command.ExecuteReader();
        var generations = new Dictionary<Guid, int>();
        while (rows.Read()) generations.Add(new Guid(rows.GetFieldValue<byte[]>(0), bigEndian: true), rows.GetInt32(1));
        return generations;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _data.Dispose();
    }

    async Task StartProcessAsync(string address) => _process = await HandstampProcess.StartAsync(
        _data.Path, new CommandCall(["--urls", address, .. _settings], Environment: _environment));

    [GeneratedRegex("""^handstamp_refreshes[^{]*\{[^}]*outcome="(?<outcome>\w+)"[^}]*\} (?<count>\d+)""", RegexOptions.Multiline)]
    private static partial Regex Refreshes();
}
