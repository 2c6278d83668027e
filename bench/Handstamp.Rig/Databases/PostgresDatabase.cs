using System.Globalization;
using Handstamp.Rig.Processes;
using Handstamp.TestBed.Postgres;
using Npgsql;

namespace Handstamp.Rig.Databases;

/// <summary>An empty database on its own PostgreSQL, as durable as PostgreSQL is by default.</summary>
sealed class PostgresDatabase : IDatabase
{
    static readonly string[] Durable = ["fsync=on", "full_page_writes=on", "synchronous_commit=on"];

    // Each transaction that writes takes a transaction number; other transactions take none.
    const string Counters = """
        SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,
          pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
          (SELECT coalesce(sum(n_tup_upd), 0)::bigint FROM pg_stat_user_tables),
          (SELECT coalesce(sum(n_tup_hot_upd), 0)::bigint FROM pg_stat_user_tables)
        """;

    const string CountEach = """
        SELECT string_agg(format('SELECT count(*) AS n FROM %I.%I', schemaname, relname), ' UNION ALL ')
        FROM pg_stat_user_tables
        """;

    readonly PostgresServer _server;
    readonly NpgsqlConnection _connection;
    readonly int _process;

    PostgresDatabase(PostgresServer server, string connectionString)
    {
        // The tests open a new connection each time; the servers use the driver's own pool, as in normal use.
        (_server, ConnectionString) = (server, new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true }.ToString());
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
        _process = int.Parse(
            File.ReadLines(Path.Combine(server.DataDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        foreach (var setting in Durable)
            if (Ask($"SHOW {setting.Split('=')[0]}") is not "on")
                throw new InvalidOperationException("Commits would not be durable.");
    }

    public string ConnectionString { get; }

    /// <param name="settings">Settings in addition to the defaults; none of them makes it less durable.</param>
    public static PostgresDatabase Start(params string[] settings)
    {
        var server = Wait(PostgresServer.StartAsync([.. Durable, .. settings]));
        return new PostgresDatabase(server, Wait(server.CreateDatabaseAsync()));
    }

    public Meters? Read()
    {
        using var command = new NpgsqlCommand(Counters, _connection);
        using var counters = command.ExecuteReader();
        counters.Read();
        return new Meters(
            CpuClock.ReadWithChildren(_process), counters.GetInt64(0), counters.GetInt64(1), counters.GetInt64(2),
            counters.GetInt64(3));
    }

    public long CountRows() => Number($"SELECT sum(n)::bigint FROM ({Ask(CountEach)}) AS tables");

    public long Number(string sql) => (long)Ask(sql);

    public void Run(string sql) => _ = Command(sql).ExecuteNonQuery();

    public void Dispose()
    {
        _connection.Dispose();
        Wait(_server.DisposeAsync().AsTask());
    }

    object Ask(string sql) => Command(sql).ExecuteScalar()!;

#pragma warning disable CA2100 // The names are ours, or come from the schema.
    NpgsqlCommand Command(string sql) => new(sql, _connection) { CommandTimeout = 0 };
#pragma warning restore CA2100

    static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    static void Wait(Task task) => task.GetAwaiter().GetResult();
}
