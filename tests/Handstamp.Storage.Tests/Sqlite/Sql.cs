using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>Looks to SQLite like another process that uses the same file.</summary>
static class Sql
{
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    public static T Ask<T>(string file, string sql)
    {
        using var connection = Open(file);
        return connection.Ask<T>(sql);
    }

    public static T Ask<T>(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        return (T)command.ExecuteScalar()!;
    }

    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>How SQLite would run a statement, for any parameters.</summary>
    public static string Plan(string file, string sql)
    {
        using var connection = Open(file);
        using var command = connection.Command($"EXPLAIN QUERY PLAN {sql}");
        foreach (var name in Regex.Matches(sql, @"@\w+").Select(match => match.Value).Distinct())
            command.Parameters.AddWithValue(name, 0);
        using var row = command.ExecuteReader();
        var steps = new StringBuilder();
        while (row.Read()) steps.AppendLine(row.GetString(row.GetOrdinal("detail")));
        return steps.ToString();
    }

    static SqliteCommand Command(this SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own SQL.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
