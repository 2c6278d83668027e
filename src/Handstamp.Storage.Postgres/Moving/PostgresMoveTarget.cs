using System.Globalization;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Moving;

/// <summary>
/// The database, with its tables locked inside one transaction: a node that starts on it meanwhile cannot continue.
/// Rows are copied by <c>COPY</c>, in parts, so that the memory does not depend on their number.
/// </summary>
sealed class PostgresMoveTarget : IMoveTarget
{
    const string Types = """
        SELECT column_name::text, data_type::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = $1
        """;

    readonly NpgsqlDataSource _source;
    readonly NpgsqlConnection _database;
    readonly NpgsqlTransaction _transaction;

    PostgresMoveTarget(string name, NpgsqlDataSource source, NpgsqlConnection database)
    {
        (Name, _source, _database) = (name, source, database);
        _transaction = database.BeginTransaction();
    }

    public string Name { get; }

    /// <summary>Connects, and creates the tables if there are none.</summary>
    public static async Task<PostgresMoveTarget> OpenAsync(PostgresServer server, CancellationToken cancel)
    {
        server.CheckFiles();
        var source = server.OpenPatient();
        try
        {
            var database = await source.OpenConnectionAsync(cancel);
            await Fitness.CheckAsync(server, database, cancel);
            await Migrations.Own.RunAsync(database, server.Name, cancel);
            return new PostgresMoveTarget(server.Name, source, database);
        }
        catch (Exception fault)
        {
            await source.DisposeAsync();
            if (StartFaults.IsOne(fault)) throw StartFaults.Explain(fault, server.Name);
            throw;
        }
    }

    public bool Has(StoredTable table)
    {
        var types = ReadTypes(table);
        return types.Keys.ToHashSet().SetEquals(table.Columns) && types.Values.All(CopiedType.ByName.ContainsKey);
    }

    public bool Take(IReadOnlyList<StoredTable> tables)
    {
        Run($"LOCK TABLE {string.Join(", ", tables.Select(table => table.Name))} IN ACCESS EXCLUSIVE MODE");
        Run("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0");
        return !tables.Any(HasRows);
    }

    public void Write(StoredTable table, IEnumerable<object?[]> rows)
    {
        var columns = TypesOf(table);
        // The triggers would give the revocations new numbers. And a new key ring has one row, which has no meaning
        // yet.
        Run($"ALTER TABLE {table.Name} DISABLE TRIGGER USER; DELETE FROM {table.Name}");
        using (var import = _database.BeginBinaryImport($"COPY {Listed(table)} FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var row in rows) Write(import, row, columns);
            import.Complete();
        }

        Run($"ALTER TABLE {table.Name} ENABLE TRIGGER USER");
    }

    public IEnumerable<object?[]> Read(StoredTable table)
    {
        var columns = TypesOf(table);
        var row = new object?[columns.Length];
        using var export = _database.BeginBinaryExport($"COPY {Listed(table)} TO STDOUT (FORMAT BINARY)");
        while (export.StartRow() >= 0)
        {
            for (var column = 0; column < row.Length; column++) row[column] = Read(export, columns[column]);
            yield return row;
        }
    }

    // Not setval, which a rollback would not undo.
    public void ContinueRevocations(FeedEnd last) => Run(string.Create(CultureInfo.InvariantCulture, $"""
        ALTER SEQUENCE revocations_sequence RESTART WITH {last.Number + 1};
        UPDATE feed SET epoch = nullif({last.Epoch}, 0), place = database_place() || '/' || tableoid;
        """));

    public void Commit() => _transaction.Commit();

    public void Dispose()
    {
        // Without a commit nothing is kept.
        _transaction.Dispose();
        _database.Dispose();
        _source.Dispose();
    }

    CopiedType[] TypesOf(StoredTable table)
    {
        var types = ReadTypes(table);
        return [.. table.Columns.Select(name => CopiedType.ByName[types[name]])];
    }

    Dictionary<string, string> ReadTypes(StoredTable table)
    {
        using var command = new NpgsqlCommand(Types, _database) { Parameters = { new() { Value = table.Name } } };
        using var reader = command.ExecuteReader();
        var types = new Dictionary<string, string>();
        while (reader.Read()) types.Add(reader.GetString(0), reader.GetString(1));
        return types;
    }

    // The key ring of a database that was never used has the version 0.
    bool HasRows(StoredTable table) =>
        (bool)Ask($"SELECT EXISTS (SELECT 1 FROM {table.Name} {(table.Name == "key_ring" ? "WHERE version > 0" : "")})");

    static void Write(NpgsqlBinaryImporter import, object?[] row, CopiedType[] columns)
    {
        import.StartRow();
        for (var column = 0; column < row.Length; column++)
        {
            if (row[column] is { } cell) columns[column].Write(import, cell);
            else import.WriteNull();
        }
    }

    static object? Read(NpgsqlBinaryExporter export, CopiedType type)
    {
        if (!export.IsNull) return type.Read(export);
        export.Skip();
        return null;
    }

    static string Listed(StoredTable table) => $"{table.Name} ({string.Join(", ", table.Columns)})";

    void Run(string sql)
    {
        using var command = _database.Script(sql);
        command.ExecuteNonQuery();
    }

    object Ask(string sql)
    {
        using var command = _database.Script(sql);
        return command.ExecuteScalar()!;
    }
}
