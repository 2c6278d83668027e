using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Rivals;

/// <summary>
/// A database in which a commit is on the disk before it is answered: PostgreSQL if one is named, otherwise a SQLite
/// file with a write-ahead log.
/// </summary>
static class DurableDatabase
{
    const long Full = 2;

    public static void UseDurableDatabase(this DbContextOptionsBuilder options, IConfiguration configuration)
    {
        if (configuration["postgres"] is { } postgres) options.UseNpgsql(postgres);
        else options.UseSqlite($"Data Source={Path.Combine(configuration["data"]!, "rival.db")}");
    }

    public static async Task CreateDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<Accounts>().Database;
        await database.EnsureCreatedAsync();
        if (database.IsSqlite()) await CheckAsync(database);
    }

    static async Task CheckAsync(DatabaseFacade database)
    {
        await database.OpenConnectionAsync();
        var connection = (SqliteConnection)database.GetDbConnection();
        Ask(connection, "PRAGMA journal_mode = WAL");
        // FULL is the default of a connection: the application does not set it, and so does not pay for setting it.
        if (Ask(connection, "PRAGMA synchronous") is not Full)
            throw new InvalidOperationException("Commits would not be durable.");
    }

    static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
