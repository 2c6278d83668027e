using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Statements that run rarely: none of them is prepared.</summary>
static class PostgresScripts
{
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.Script(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>However long it takes.</summary>
    public static async Task ExecuteToTheEndAsync(this NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.Script(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }

    public static async Task<object?> AskAsync(this NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.Script(sql);
        return await command.ExecuteScalarAsync(cancel);
    }

    public static NpgsqlCommand Script(this NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Every script is made of constants and of names that the catalogs have.
        return new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
    }
}
