using System.Data.Common;
using Handstamp.Storage.Tests.Sqlite;
using Npgsql;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>
/// All rows of a database that move, read without anything that a move uses: one text for each row, by table, sorted.
/// </summary>
static class Contents
{
    public static Dictionary<string, List<string>> OfFile(string file)
    {
        using var database = Sql.Open(file);
        string[] tables = database.Ask<string>(
            "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('feed', 'handstamp_schema')").Split(',');
        return tables.ToDictionary(table => table, table => Texts(database, table));
    }

    public static async Task<Dictionary<string, List<string>>> OfDatabaseAsync(string connectionString, IEnumerable<string> tables)
    {
        await using var database = new NpgsqlConnection(connectionString);
        await database.OpenAsync();
        return tables.ToDictionary(table => table, table => Texts(database, table));
    }

    static List<string> Texts(DbConnection database, string table)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // The name of a table.
        command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(Cell).Order(StringComparer.Ordinal)));
        rows.Sort(StringComparer.Ordinal);
        return rows;

        string Cell(int column) => $"{reader.GetName(column)}={reader.GetValue(column) switch
        {
            DBNull => "NULL",
            byte[] bytes => Convert.ToHexString(bytes),
            Guid id => Convert.ToHexString(id.ToByteArray(bigEndian: true)),
            var value => value,
        }}";
    }
}
