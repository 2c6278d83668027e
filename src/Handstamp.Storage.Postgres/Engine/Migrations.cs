using System.Globalization;
using System.Reflection;
using Handstamp.Server.Storage;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// The schema as numbered scripts, each run once and never edited. Nodes of the previous version continue while a
/// script runs and after it. The script's first line, <c>-- works with: N</c>, says how many scripts a program has to
/// know to work on the schema after it.
/// </summary>
sealed record Migrations(IReadOnlyList<string> Scripts)
{
    /// <summary>The table that lists the scripts that have run.</summary>
    const string Create = """
        CREATE TABLE IF NOT EXISTS handstamp_schema (
          id         integer NOT NULL PRIMARY KEY CHECK (id = 1),
          version    integer NOT NULL,
          works_with integer NOT NULL
        );
        INSERT INTO handstamp_schema (id, version, works_with) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING;
        """;

    // If two nodes start at the same time, the second one waits, and finds the work done. This is not an advisory lock,
    // which everyone who may connect can take: only users who may write this row can lock it.
    const string Lock = "SELECT version FROM handstamp_schema FOR UPDATE";

    const string Exists = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'handstamp_schema' AND relnamespace =
          (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema()))
        """;

    const string Read = "SELECT version, works_with FROM handstamp_schema";

    /// <summary>A write that changes nothing.</summary>
    public const string Touch = "UPDATE handstamp_schema SET version = version";

    // If two nodes create the table at the same time, they meet in the catalogs, and the second waits for the first.
    const string Catalogs = "pg_catalog";

    // A script waits for every user of a table, for example a backup, and everyone else then waits behind the script.
    // So it gives up soon and tries again.
    const string GiveWay = "SET LOCAL lock_timeout = '500ms'";
    const int MaxAttempts = 60;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    const string Folder = "Handstamp.Storage.Postgres.Migrations.";

    static readonly Assembly Here = typeof(Migrations).Assembly;
    static readonly string[] Resources = [.. Here.GetManifestResourceNames().Order(StringComparer.Ordinal)];

    /// <summary>The scripts of this program.</summary>
    public static Migrations Own { get; } = new([.. Resources.Select(ReadOne)]);

    static IEnumerable<string> Names => Resources.Select(resource => Path.GetFileNameWithoutExtension(resource[Folder.Length..]));

    /// <summary>
    /// Brings the schema up to date. If several processes start at the same time, one of them does it.
    /// </summary>
    public async Task RunAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        // A user who may not change the schema can start too, if there is nothing to change.
        if (await connection.AskAsync(Exists, cancel) is true && await ReadDoneAsync(connection, name, cancel) >= Scripts.Count) return;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryRunAsync(connection, name, cancel);
                return;
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (attempt == MaxAttempts) throw await HeldAsync(connection, name, fault, cancel);
                await Task.Delay(Pause, TimeProvider.System, cancel);
            }
            catch (PostgresException fault) when (IsMadeByAnother(fault) && attempt < MaxAttempts)
            {
                // The table exists now.
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new StorageStartException(
                    $"The schema of the database {name} is out of date, and this user may not update it: " +
                    $"{fault.MessageText}. Run `handstamp migrate` once as the user that owns the database.", fault);
            }
        }
    }

    /// <summary>What <see cref="RunAsync"/> would do to the schema.</summary>
    public async Task<SchemaState> ReadStateAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        var version = await connection.AskAsync(Exists, cancel) is true ? await ReadDoneAsync(connection, name, cancel) : 0;
        return new SchemaState(version, [.. Names.Skip(version)], SchemaState.ReadWorksWith(Scripts[^1]));
    }

    async Task TryRunAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // A script may take longer than a statement of the service.
        await connection.ExecuteToTheEndAsync($"SET LOCAL statement_timeout = 0; {GiveWay}; {Create}; {Lock}", cancel);
        var done = await ReadAsync(connection, name, cancel);
        if (done >= Scripts.Count) return;

        foreach (var script in Scripts.Skip(done)) await connection.ExecuteToTheEndAsync(script, cancel);
        await connection.ExecuteAsync(string.Create(CultureInfo.InvariantCulture,
            $"UPDATE handstamp_schema SET version = {Scripts.Count}, works_with = {SchemaState.ReadWorksWith(Scripts[^1])}"), cancel);
        await transaction.CommitAsync(cancel);
    }

    // A table has a type of the same name, which may be found before the table is.
    static bool IsMadeByAnother(PostgresException fault) =>
        fault is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: Catalogs }
        || (fault.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject
            && fault.MessageText.Contains("handstamp_schema", StringComparison.Ordinal));

    static async Task<StorageStartException> HeldAsync(
        NpgsqlConnection connection, string name, PostgresException fault, CancellationToken cancel) => new(
            $"The schema of the database {name} could not be updated because its tables were in use: " +
            $"{await LockHolders.NameAsync(connection, cancel)}. Start again when this has ended.", fault);

    /// <summary>How many scripts a start has committed: at least one.</summary>
    async Task<int> ReadDoneAsync(NpgsqlConnection connection, string name, CancellationToken cancel) =>
        await ReadAsync(connection, name, cancel) is > 0 and var done ? done : throw Unknown(name);

    /// <summary>How many scripts have run. Throws if a newer program has run one that does not admit this one.</summary>
    async Task<int> ReadAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        var (done, needed) = await ReadRowAsync(connection, name, cancel);
        return needed <= Scripts.Count
            ? done
            : throw new StorageStartException(
                $"The database {name} was changed by a newer Handstamp, with which this version cannot share it: the schema " +
                $"needs {needed} migrations, and this version knows {Scripts.Count}. Run the newer version.");
    }

    static async Task<(int Version, int WorksWith)> ReadRowAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Read, connection);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await reader.ReadAsync(cancel) ? (reader.GetInt32(0), reader.GetInt32(1)) : throw Unknown(name);
        }
        catch (Exception fault) when (fault is InvalidCastException or PostgresException { SqlState: PostgresErrorCodes.UndefinedColumn })
        {
            throw Unknown(name, fault);
        }
    }

    static StorageStartException Unknown(string name, Exception? fault = null) => new(
        $"The database {name} is damaged: its table handstamp_schema does not say which scripts have changed its schema. Keep a copy of " +
        "the database, then restore a backup.", fault);

    static string ReadOne(string resource)
    {
        using var reader = new StreamReader(Here.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
