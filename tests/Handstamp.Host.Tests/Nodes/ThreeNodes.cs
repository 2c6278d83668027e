using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>Three nodes on one database, for the tests of a class.</summary>
public class ThreeNodes : IAsyncLifetime
{
    HandstampNodes? _nodes;
    HandstampClient[] _clients = [];
    int _people;

    public HandstampNodes Nodes => _nodes!;

    public IReadOnlyList<HandstampClient> Clients => _clients;

    /// <summary>An address that no request has used yet.</summary>
    public string NewEmail() => $"person-{Interlocked.Increment(ref _people)}@example.com";

    public async ValueTask InitializeAsync()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await PrepareAsync(database);
        _nodes = await HandstampNodes.StartAsync(
            ConnectionString(database), 3, "--Accounts:Throttle:AccountFirstDelay=00:10:00");
        _clients = [.. Enumerable.Range(0, 3).Select(_nodes.Client)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        if (_nodes is not null) await _nodes.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Changes the database before the nodes start on it.</summary>
    protected virtual Task PrepareAsync(string connectionString) => Task.CompletedTask;

    protected virtual string ConnectionString(string connectionString) => connectionString;
}
