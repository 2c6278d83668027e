using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Sqlite.Moving;

/// <summary>
/// The file, locked: it cannot be moved while a service has it open, and no service can open it during the move.
/// </summary>
sealed class SqliteMoveSource : IMoveSource
{
    // Locks are kept until the connection closes. The mark that the data has moved is on the disk before any of the
    // data is kept in the other database.
    const string Settings = """
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA synchronous = FULL;
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        """;

    // The feed's row contains the place of the database, so it is not copied unchanged. The schema is the other engine's own.
    const string TableNames = """
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT IN ('feed', 'handstamp_schema') ORDER BY name
        """;

    const string Epoch = "SELECT coalesce(epoch, 0) FROM feed";

    const string LastNumber = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'revocations'";

    readonly SqliteFile _file;
    readonly SqliteConnection _database;

    SqliteMoveSource(SqliteFile file)
    {
        _file = file;
        _database = file.Open(SqliteOpenMode.ReadWrite, Settings);
    }

    public string Name => _file.Path;

    public MoveState State
    {
        get => Owner.Read(_database);
        set => _database.Run(Owner.Write(value));
    }

    public IReadOnlyList<StoredTable> Tables => [.. ReadNames(TableNames).Select(ReadTable)];

    public FeedEnd LastRevocation => new((long)_database.Ask(Epoch)!, (long)_database.Ask(LastNumber)!);

    /// <summary>
    /// Opens the file exclusively. Throws <see cref="StorageStartException"/> if the file does not exist, is not ours,
    /// has another version, is damaged or is in use.
    /// </summary>
    public static SqliteMoveSource Open(SqliteFile file)
    {
        if (!File.Exists(file.Path)) throw new StorageStartException($"The file {file.Path} does not exist.");
        SqliteMoveSource? source = null;
        try
        {
            source = new SqliteMoveSource(file);
            source.Take();
            return source;
        }
        catch (Exception fault)
        {
            source?.Dispose();
            if (fault is SqliteException failed) throw Explain(failed, file.Path);
            throw;
        }
    }

    public long CountRows(StoredTable table) => (long)_database.Ask($"SELECT count(*) FROM {table.Name}")!;

    public IEnumerable<object?[]> Read(StoredTable table)
    {
        var row = new object?[table.Columns.Count];
        var select = new Statement(_database.Handle!, $"SELECT {string.Join(", ", table.Columns)} FROM {table.Name}");
        try
        {
            while (select.Step())
            {
                for (var column = 0; column < row.Length; column++) row[column] = select.Value(column);
                yield return row;
            }
        }
        finally
        {
            select.Close();
        }
    }

    public void Dispose() => _database.Dispose();

    void Take()
    {
        _database.Run("BEGIN EXCLUSIVE; COMMIT");
        var version = Migrations.ReadVersion(_database, Name);
        if (version != Migrations.Names.Count)
            throw new StorageStartException(
                $"{Name} has schema {version}, but this program needs schema {Migrations.Names.Count}. " + (version < Migrations.Names.Count
                    ? "To update it, start the service of this version on it once, and stop the service."
                    : "A newer Handstamp has changed it: move it with that version."));
    }

    StoredTable ReadTable(string name) => new(name, [.. ReadNames($"SELECT name FROM pragma_table_info('{name}')")]);

    List<string> ReadNames(string sql)
    {
        var select = new Statement(_database.Handle!, sql);
        try
        {
            return [.. select.ReadAll(static row => row.Text(0))];
        }
        finally
        {
            select.Close();
        }
    }

    static StorageStartException Explain(SqliteException fault, string path) =>
        fault.SqliteErrorCode != raw.SQLITE_BUSY ? StartFaults.Explain(fault, path) : new(
            $"{path} is in use. Stop the service that uses it first; clients retry until the service is back. Find the process "
            + $"with `fuser {path}`.", fault);
}
