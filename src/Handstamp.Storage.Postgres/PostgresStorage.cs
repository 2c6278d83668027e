using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Handstamp.Storage.Postgres;

/// <summary>The database on a server.</summary>
sealed class PostgresStorage(
    PostgresServer server, Telemetry telemetry, IOptions<StorageOptions> options, TimeProvider clock, ILogger<PostgresStorage> log)
    : IStorage, ISchema
{
    // What a refresh needs, and a row that is really written.
    static readonly Sql Touch = new($"""
        WITH refresh AS (UPDATE sessions SET seen = seen WHERE id = '00000000-0000-0000-0000-000000000000')
        {Migrations.Touch}
        """);

    public Database Database { get; } = new(server, telemetry, clock, log);

    /// <summary>The scripts of the schema; a test adds to them.</summary>
    public Migrations Migrations { get; init; } = Migrations.Own;

    public async Task OpenAsync(CancellationToken cancel)
    {
        server.Timelines.Open(Path.Combine(options.Value.DataDirectory, "postgres.timeline"), log);
        server.CheckFiles();
        try
        {
            await using var single = server.OpenSingle();
            await using var connection = await single.OpenConnectionAsync(cancel);
            await Fitness.CheckAsync(server, connection, cancel);
            await Migrations.RunAsync(connection, server.Name, cancel);
            await WarnAsync(connection, cancel);
        }
        catch (Exception fault) when (StartFaults.IsOne(fault))
        {
            throw StartFaults.Explain(fault, server.Name);
        }
    }

    public async Task<SchemaState> ReadSchemaAsync(CancellationToken cancel)
    {
        server.CheckFiles();
        try
        {
            await using var single = server.OpenSingle();
            await using var connection = await single.OpenConnectionAsync(cancel);
            await Fitness.CheckAsync(server, connection, cancel);
            return await Migrations.ReadStateAsync(connection, server.Name, cancel);
        }
        catch (Exception fault) when (StartFaults.IsOne(fault))
        {
            throw StartFaults.Explain(fault, server.Name);
        }
    }

    public async Task<bool> IsWritableAsync(CancellationToken cancel)
    {
        if (Database.IsHealthy) return true;
        try
        {
            return await Database.RunAsync(Work.WriteAgain, Touch.Call(), Lane.Refreshes).WaitAsync(cancel) == 1;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    public Task BackupAsync(string file, CancellationToken cancel) => throw new NotSupportedException(
        "This command copies SQLite databases only. For PostgreSQL, use pg_dump or pg_basebackup: docs/guide/postgres-backup.md.");

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    async Task WarnAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            if (await connection.AskAsync($"SHOW {setting}", cancel) is "off")
                DatabaseLog.NotDurable(log, server.Name, $"{setting} = off");
    }
}
