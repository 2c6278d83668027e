using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>Statements that run once, at start: none of them stays prepared.</summary>
static class SqliteScripts
{
    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.Script(sql);
        command.ExecuteNonQuery();
    }

    public static object? Ask(this SqliteConnection connection, string sql)
    {
        using var command = connection.Script(sql);
        return command.ExecuteScalar();
    }

    static SqliteCommand Script(this SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every script is made of constants and of names that the schema has.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
