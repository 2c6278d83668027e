using Handstamp.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>A database of its own on the server that the tests share.</summary>
public class PostgresEngine : EngineUnderTest
{
    string? _connectionString;

    public string ConnectionString => _connectionString!;

    public override async Task OpenAsync()
    {
        _connectionString ??= await (await PostgresServer.Shared).CreateDatabaseAsync();
        await base.OpenAsync();
    }

    public override async Task<long> CountRowsAsync() => (long)(await AskAsync("""
        SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM keys)
          + (SELECT count(*) FROM key_ring) + (SELECT count(*) FROM revocations) + (SELECT count(*) FROM throttle)
          + (SELECT count(*) FROM resource_servers)
        """))!;

    /// <summary>Asks the database past the stores.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_connectionString is not null) await (await PostgresServer.Shared).DropDatabaseAsync(_connectionString);
        GC.SuppressFinalize(this);
    }

    protected override void AddStores(IServiceCollection services) => services.AddHandstampPostgres(ConnectionString);
}
