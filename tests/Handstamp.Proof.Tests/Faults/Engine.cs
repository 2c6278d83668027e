using System.Data.Common;
using Handstamp.Testing.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Handstamp.Proof.Tests.Faults;

/// <summary>Where a service under test keeps its data.</summary>
public enum Engine { Sqlite, Postgres }

/// <summary>Its database, asked past the service.</summary>
abstract class Database : IAsyncDisposable
{
    public static async Task<Database> MakeAsync(Engine engine, string directory)
    {
        if (engine == Engine.Sqlite) return new SqliteDatabase(directory);
        var server = await PostgresServer.StartAsync();
        return new PostgresDatabase(server, await server.CreateDatabaseAsync());
    }

    /// <summary>What the service has to be told.</summary>
    public virtual IReadOnlyList<string> Settings => [];

    /// <summary>The newest generation of each live session.</summary>
    public IReadOnlyDictionary<Guid, int> ReadGenerations()
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, last FROM sessions WHERE revoked_at IS NULL";
        using var rows = command.ExecuteReader();
        var generations = new Dictionary<Guid, int>();
        while (rows.Read()) generations.Add(ReadId(rows), rows.GetInt32(1));
        return generations;
    }

    /// <summary>Kills the server of the database, if there is one, and starts it again.</summary>
    public virtual Task KillAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();

    protected abstract DbConnection Connect();

    protected abstract Guid ReadId(DbDataReader row);

    sealed class SqliteDatabase(string directory) : Database
    {
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override DbConnection Connect() =>
            new SqliteConnection($"Data Source={Path.Combine(directory, "handstamp.db")};Pooling=False");

        protected override Guid ReadId(DbDataReader row) => new(row.GetFieldValue<byte[]>(0), bigEndian: true);
    }

    sealed class PostgresDatabase(PostgresServer server, string connectionString) : Database
    {
        public override IReadOnlyList<string> Settings =>
            ["--Storage:Provider=postgres", $"--Storage:ConnectionString={connectionString}"];

        public override async Task KillAsync()
        {
            await server.KillAsync();
            await server.StartAgainAsync();
        }

        public override ValueTask DisposeAsync() => server.DisposeAsync();

        protected override DbConnection Connect() => new NpgsqlConnection(connectionString);

        protected override Guid ReadId(DbDataReader row) => row.GetGuid(0);
    }
}
