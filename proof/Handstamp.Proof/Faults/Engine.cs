using System.Data.Common;
using Handstamp.TestBed.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Handstamp.Proof.Faults;

/// <summary>Where a service under test keeps its data.</summary>
public enum Engine { Sqlite, Postgres }

/// <summary>The contents of a database, or what was added to them.</summary>
/// <param name="Accounts">Rows of accounts.</param>
/// <param name="Others">Rows of all other tables that a request can add rows to.</param>
/// <param name="Refusals">Rows of refused attempts in the audit trail.</param>
/// <param name="Bytes">On the disk, indexes and log included.</param>
sealed record DatabaseSize(long Accounts, long Others, long Refusals, long Bytes)
{
    public static DatabaseSize operator -(DatabaseSize after, DatabaseSize before) =>
        new(after.Accounts - before.Accounts, after.Others - before.Others, after.Refusals - before.Refusals, after.Bytes - before.Bytes);
}

/// <summary>The service's database, queried directly.</summary>
abstract class Database : IAsyncDisposable
{
    public static async Task<Database> MakeAsync(Engine engine, string directory)
    {
        if (engine == Engine.Sqlite) return new SqliteDatabase(directory);
        var server = await PostgresServer.StartAsync();
        return new PostgresDatabase(server, await server.CreateDatabaseAsync());
    }

    /// <summary>The settings that tell the service about the database.</summary>
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

    public DatabaseSize Size() => new(Ask("SELECT count(*) FROM accounts"), Ask("""
        SELECT (SELECT count(*) FROM throttle) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM dpop_proofs) + (SELECT count(*) FROM secrets)
          + (SELECT count(*) FROM revocations) + (SELECT count(*) FROM resource_servers) + (SELECT count(*) FROM keys)
        """), Ask("SELECT count(*) FROM events WHERE kind BETWEEN 10 AND 19"), Bytes());

    /// <summary>Changes of sessions without an event, and events without a change, in words.</summary>
    public IEnumerable<string> CheckTrail()
    {
        foreach (var (what, sql) in ((string, string)[])
        [
            ("sessions have no event for their start", "SELECT count(*) FROM sessions WHERE id NOT IN (SELECT session_id FROM events WHERE kind = 1)"),
            ("events name sessions that do not exist", "SELECT count(*) FROM events WHERE kind = 1 AND session_id NOT IN (SELECT id FROM sessions)"),
            ("sessions ended more than the events say", "SELECT (SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL) - (SELECT coalesce(sum(count), 0) FROM events WHERE kind = 2)"),
            ("password changes more than sessions that took the place of another", "SELECT (SELECT count(*) FROM events WHERE kind = 21) - (SELECT count(*) FROM events WHERE kind = 1 AND outcome = 'replaced')"),
        ])
            if (Ask(sql) is var count and not 0) yield return $"{count} {what}";
    }

    public long CountEvents() => Ask("SELECT count(*) FROM events");

    /// <summary>Kills the server of the database, if there is one, and starts it again.</summary>
    public virtual Task KillAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();

    protected abstract DbConnection Connect();

    protected abstract Guid ReadId(DbDataReader row);

    protected abstract long Bytes();

    protected long Ask(string sql)
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    sealed class SqliteDatabase(string directory) : Database
    {
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override DbConnection Connect() =>
            new SqliteConnection($"Data Source={Path.Combine(directory, "handstamp.db")};Pooling=False");

        protected override Guid ReadId(DbDataReader row) => new(row.GetFieldValue<byte[]>(0), bigEndian: true);

        protected override long Bytes() =>
            new DirectoryInfo(directory).EnumerateFiles("handstamp.db*").Sum(file => file.Length);
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

        protected override long Bytes() => Ask("SELECT pg_database_size(current_database())");
    }
}
