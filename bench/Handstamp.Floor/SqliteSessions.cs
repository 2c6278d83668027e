using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handstamp.Floor;

/// <summary>Both writes go through Handstamp's own group commit.</summary>
sealed class SqliteSessions(Writer writer) : ISessions
{
    const string Schema = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS sessions (
          id BLOB NOT NULL PRIMARY KEY, generation INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT
        """;

    const string Insert = "INSERT INTO sessions (id, generation, used_at) VALUES (@id, 1, @now)";

    const string Advance = """
        UPDATE sessions SET generation = generation + 1, used_at = @now
        WHERE id = @id AND generation = @generation RETURNING generation
        """;

    public static SqliteSessions Open(string directory, Telemetry telemetry)
    {
        var file = new SqliteFile(Path.Combine(directory, "floor.db"));
        file.CreateIfMissing();
        using (var connection = file.Open(SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL"))
            connection.Run(Schema);
        var writer = new Writer(file, telemetry, NullLogger.Instance);
        writer.Start();
        return new SqliteSessions(writer);
    }

    public Task CreateAsync(Guid id, DateTimeOffset now) =>
        writer.RunAsync((id, now), static (database, row) =>
        {
            using var insert = database.Use(Insert).Bind("@id", row.id).Bind("@now", row.now);
            return insert.Run();
        });

    public Task<int?> TryAdvanceAsync(Guid id, int generation, DateTimeOffset now) =>
        writer.RunAsync((id, generation, now), static (database, row) =>
        {
            using var update = database.Use(Advance)
                .Bind("@id", row.id).Bind("@generation", row.generation).Bind("@now", row.now);
            return update.Step() ? update.Int32(0) : (int?)null;
        });
}
