using Microsoft.Data.Sqlite;

namespace Handstamp.Rig.Databases;

/// <summary>The file of a service that does the database's work itself.</summary>
sealed class SqliteDatabase(string file) : IDatabase
{
    const string CountEach = """
        SELECT group_concat('SELECT count(*) AS n FROM "' || name || '"', ' UNION ALL ')
        FROM sqlite_schema WHERE type = 'table'
        """;

    public long CountRows()
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var tables = (string)Ask(connection, CountEach);
        return (long)Ask(connection, $"SELECT sum(n) FROM ({tables})");
    }

    public Meters? Read() => null;

    public void Dispose()
    {
    }

    static object Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names come from the schema.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }
}
