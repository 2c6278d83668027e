using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite;

/// <summary>The database file: one writer, some readers.</summary>
sealed class SqliteStorage(SqliteFile database, Telemetry telemetry, ILogger<SqliteStorage> log) : IStorage, ISchema
{
    // The check reads the whole file: 2 ms of CPU per MiB, and much longer from a cold disk. Larger files start
    // unchecked.
    const long CheckedUpTo = 8 << 20;

    public Writer Writer { get; } = new(database, telemetry, log);

    public Readers Readers { get; } = new(database);

    public Task OpenAsync(CancellationToken cancel) => Task.Run(Open, cancel);

    public Task<SchemaState> ReadSchemaAsync(CancellationToken cancel) => Task.Run(ReadSchema, cancel);

    public async Task<bool> IsWritableAsync(CancellationToken cancel)
    {
        if (Writer.IsHealthy) return true;
        try
        {
            // Sets the value to what it already is: SQLite still writes its page.
            return await Writer.RunAsync(true, static (connection, done) =>
            {
                connection.Run(Migrations.Stamp);
                return done;
            }).WaitAsync(cancel);
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    public Task BackupAsync(string file, CancellationToken cancel) =>
        Task.Run(() => SqliteBackup.Run(database, file, cancel), cancel);

    public async ValueTask DisposeAsync()
    {
        Readers.Dispose();
        await Writer.DisposeAsync();
    }

    void Open()
    {
        try
        {
            database.CreateIfMissing();
            Prepare();
            Writer.Start();
            Readers.Start();
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw StartFaults.Explain(fault, database.Path);
        }
    }

    SchemaState ReadSchema()
    {
        try
        {
            if (database.IsMissing()) return Migrations.StateOf(0);
            using var connection = database.Open(SqliteOpenMode.ReadOnly, "PRAGMA query_only = 1");
            var version = Migrations.ReadVersion(connection, database.Path);
            Owner.Demand(connection, database.Path);
            DemandSound(connection);
            return Migrations.StateOf(version);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw StartFaults.Explain(fault, database.Path);
        }
    }

    void Prepare()
    {
        using var connection = database.Open(SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL");
        // Before anything is changed: another program's file stays as it is.
        Migrations.ReadVersion(connection, database.Path);
        Owner.Demand(connection, database.Path);
        if (connection.Ask("PRAGMA journal_mode = WAL") is not "wal") throw StartFaults.NoWriteAheadLog(database.Path);
        Migrations.Run(connection, database.Path);
        DemandSound(connection);
    }

    void DemandSound(SqliteConnection connection)
    {
        if (new FileInfo(database.Path).Length > CheckedUpTo) return;
        if (connection.Ask("PRAGMA quick_check(1)") is string finding and not "ok")
            throw StartFaults.Damaged(database.Path, finding);
    }
}
