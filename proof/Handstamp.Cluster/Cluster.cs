using Handstamp.Cluster.Machines;
using Handstamp.TestBed;
using Npgsql;

namespace Handstamp.Cluster;

/// <summary>
/// The cluster of <c>docs/guide/cluster.md</c>: two machines with PostgreSQL under Patroni, and three nodes. etcd has
/// its own machine, so that a fault can separate etcd from the primary alone.
/// </summary>
sealed class Cluster : IDisposable
{
    readonly EtcdMachine _etcd = new("etcd1", "10.0.0.10");
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    Cluster(TimeSpan window)
    {
        Databases = [new("db1", "10.0.0.1", _etcd.Address), new("db2", "10.0.0.2", _etcd.Address)];
        Nodes = [new("node1", "10.0.0.11", window), new("node2", "10.0.0.12", window), new("node3", "10.0.0.13", window)];
        Patroni = new Patroni(Databases);
    }

    public IReadOnlyList<DatabaseMachine> Databases { get; }

    public IReadOnlyList<NodeMachine> Nodes { get; }

    public IReadOnlyList<Uri> Doors => [.. Nodes.Select(node => node.Door)];

    public EtcdMachine Etcd => _etcd;

    public Patroni Patroni { get; }

    public static async Task<Cluster> StartAsync(TimeSpan window, CancellationToken cancel)
    {
        var cluster = new Cluster(window);
        await Room.FurnishAsync();
        await cluster._etcd.InstallAsync();
        await Task.WhenAll(cluster.Databases.Select(database => database.InstallAsync()));
        await Until.TrueAsync(cluster.Patroni.IsWholeAsync, cancel);
        await cluster.CreateDatabaseAsync();
        await Task.WhenAll(cluster.Nodes.Select(node => node.InstallAsync()));
        await cluster.WholeAsync(cancel);
        return cluster;
    }

    public async Task<DatabaseMachine> PrimaryAsync()
    {
        DatabaseMachine? primary = null;
        // A machine that is too busy to answer does not count as the standby of another machine.
        await Eventually.TrueAsync(async () =>
        {
            foreach (var database in Databases)
                if (await Patroni.IsPrimaryAsync(database)) primary = database;
            return primary is not null;
        }, "there is a primary");
        return primary!;
    }

    public DatabaseMachine OtherThan(DatabaseMachine database) => Databases.Single(other => other != database);

    /// <summary>Waits until everything is there: a primary, a synchronous standby, and all nodes ready.</summary>
    public async Task WholeAsync(CancellationToken cancel)
    {
        await Until.TrueAsync(Patroni.IsWholeAsync, cancel);
        foreach (var node in Nodes) await Until.TrueAsync(() => IsReadyAsync(node), cancel);
    }

    public async Task<bool> IsReadyAsync(NodeMachine node)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(node.Door, "health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The newest generation of each session that has not ended, according to the primary.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> ReadGenerationsAsync()
    {
        await using var connection = await ConnectAsync(await PrimaryAsync(), "handstamp");
        await using var command = new NpgsqlCommand("SELECT id, last FROM sessions WHERE revoked_at IS NULL", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var generations = new Dictionary<Guid, int>();
        while (await rows.ReadAsync()) generations.Add(rows.GetGuid(0), rows.GetInt32(1));
        return generations;
    }

    /// <summary>An administrator's connection.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(DatabaseMachine database, string name)
    {
        var connection = new NpgsqlConnection(
            $"Host={database.Address};Database={name};Username=postgres;" +
            $"Password={DatabaseMachine.Settings["PATRONI_SUPERUSER_PASSWORD"]};Pooling=false;Timeout=30;Command Timeout=30");
        await connection.OpenAsync();
        return connection;
    }

    public void Dispose()
    {
        Patroni.Dispose();
        _http.Dispose();
    }

    // What the guide tells the operator to run with psql.
    async Task CreateDatabaseAsync()
    {
        var node = new NpgsqlConnectionStringBuilder(NodeMachine.Settings["HANDSTAMP_Storage__ConnectionString"]);
        await using var connection = await ConnectAsync(await PrimaryAsync(), "postgres");
        string[] statements =
        [
            $"CREATE ROLE {node.Username} LOGIN PASSWORD '{node.Password}'", $"CREATE DATABASE {node.Database} OWNER {node.Username}",
        ];
        foreach (var statement in statements)
        {
#pragma warning disable CA2100 // The names come from a file of the repository.
            await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }
}
