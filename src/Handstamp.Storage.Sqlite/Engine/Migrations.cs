using System.Reflection;
using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// The schema as numbered scripts, each run once and never edited. The file stores the number of the last one as its
/// <c>user_version</c>, and <see cref="Owner"/> says which program the file belongs to. Since script 22, the first line of a script,
/// <c>-- works with: N</c>, says how many scripts a program has to know to work on the schema after it.
/// </summary>
static class Migrations
{
    /// <summary>Writes the owner into the file.</summary>
    public static readonly string Stamp = Owner.Write(MoveState.Here);

    const string Folder = "Handstamp.Storage.Sqlite.Migrations.";

    static readonly Assembly Here = typeof(Migrations).Assembly;

    /// <summary>The scripts' names, in order; the first is number 1.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        .. Here.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Brings the schema up to date. If several processes start at the same time, one of them does it.
    /// </summary>
    public static void Run(SqliteConnection connection, string path)
    {
        if (ReadVersion(connection, path) >= Names.Count) return;

        // A failure before the COMMIT is rolled back when the connection closes.
        connection.Run("BEGIN IMMEDIATE");
        var done = ReadVersion(connection, path);
        foreach (var name in Names.Skip(done)) connection.Run(Read(name));
        // Another process may have been faster, also one of a newer program, whose version stays.
        if (done < Names.Count)
            connection.Run($"{Stamp}; UPDATE handstamp_schema SET works_with = {WorksWith}; PRAGMA user_version = {Names.Count}");
        connection.Run("COMMIT");
    }

    /// <summary>What <see cref="Run"/> would do to a schema.</summary>
    public static SchemaState StateOf(int version) =>
        new(version, [.. Names.Skip(version).Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..]))], WorksWith);

    static int WorksWith => SchemaState.ReadWorksWith(Read(Names[^1]));

    public static string Read(string name)
    {
        using var stream = Here.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// How many scripts have run on the file. Refuses a file that is not ours, or whose schema does not admit this program.
    /// </summary>
    public static int ReadVersion(SqliteConnection connection, string path)
    {
        // The owner is read last: a process that migrates in between writes all three at once, and the file must not
        // look foreign.
        var isEmpty = connection.Ask("SELECT count(*) FROM sqlite_schema") is 0L;
        var version = (long)connection.Ask("PRAGMA user_version")!;
        var owner = (long)connection.Ask("PRAGMA application_id")!;
        if (isEmpty && version == 0 && owner == 0) return 0;

        if (!Owner.IsHandstamp(owner))
            throw new StorageStartException($"{path} is a SQLite database of another program. Use another file.");
        if (version < 0 || (version == 0 && !isEmpty)) throw Unknown(path);
        if (version > Names.Count) DemandAdmission(connection, path);
        return (int)version;
    }

    static StorageStartException Unknown(string path) =>
        StartFaults.Damaged(path, "it does not say which scripts have changed its schema");

    // A newer program has changed the schema, and has said which programs can go on.
    static void DemandAdmission(SqliteConnection connection, string path)
    {
        if (connection.Ask("SELECT count(*) FROM sqlite_schema WHERE name = 'handstamp_schema'") is 0L
            || connection.Ask("SELECT works_with FROM handstamp_schema") is not long needed) throw Unknown(path);
        if (needed > Names.Count)
            throw new StorageStartException(
                $"{path} was written by a newer Handstamp: its schema needs {needed} scripts, and this version knows {Names.Count}. " +
                "Run the newer version, or restore a backup from before the upgrade.");
    }
}
