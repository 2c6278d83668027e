using System.Security.Cryptography;
using Npgsql;

namespace Handstamp.TestBed.Postgres;

/// <summary>Nodes of the service: processes on one database, under one issuer, with one master key.</summary>
public sealed class HandstampNodes : IAsyncDisposable
{
    const string Issuer = "http://127.0.0.1:5110";

    readonly TempDirectory _data = new();
    readonly string[] _settings;
    readonly List<ListeningProcess> _processes = [];

    HandstampNodes(string connectionString, string[] settings)
    {
        string[] issuer = settings.Any(setting => setting.StartsWith("--Issuer=", StringComparison.Ordinal)) ? [] : [$"--Issuer={Issuer}"];
        (ConnectionString, _settings) = (connectionString,
            ["--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5", "--Accounts:Throttle:NetworkFree=10000",
            "--Accounts:Throttle:RegistrationFree=10000", "--Accounts:Throttle:AccountLogins=10000",
            "--Accounts:Throttle:NetworkLogins=10000", .. issuer, .. settings]);
    }

    public string ConnectionString { get; }

    public string MasterKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public IReadOnlyList<ListeningProcess> Processes => _processes;

    /// <summary>Starts several at once.</summary>
    public static async Task<HandstampNodes> StartAsync(string connectionString, int count, params string[] settings)
    {
        var nodes = new HandstampNodes(connectionString, settings);
        nodes._processes.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => nodes.StartOneAsync())));
        return nodes;
    }

    /// <summary>Starts another node.</summary>
    public async Task<ListeningProcess> AddAsync()
    {
        _processes.Add(await StartOneAsync());
        return _processes[^1];
    }

    /// <summary>Kills the node if it still runs, and starts it again at its address.</summary>
    public async Task RestartAsync(int node)
    {
        var address = _processes[node].Address.GetLeftPart(UriPartial.Authority);
        await _processes[node].DisposeAsync();
        _processes[node] = await StartOneAsync("--urls", address);
    }

    /// <summary>Stops the node as an administrator does: it finishes the requests that it has begun.</summary>
    public Task StopAsync(int node) => _processes[node].StopAsync();

    /// <summary>A client of this node.</summary>
    public HandstampClient Client(int node) => new(_processes[node].Address);

    /// <summary>Runs an operator's command on the same database.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) =>
        HandstampExecutable.RunAsync(new CommandCall([.. arguments, "--data", _data.Path], Environment: Environment));

    /// <summary>Queries the database directly.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _data.Dispose();
    }

    Dictionary<string, string> Environment => new()
    {
        ["HANDSTAMP_Storage__Provider"] = "postgres",
        ["HANDSTAMP_Storage__ConnectionString"] = ConnectionString,
        ["HANDSTAMP_MASTER_KEY"] = MasterKey,
    };

    Task<ListeningProcess> StartOneAsync(params string[] arguments) =>
        HandstampProcess.StartAsync(_data.Path, new CommandCall([.. arguments, .. _settings], Environment: Environment));
}
