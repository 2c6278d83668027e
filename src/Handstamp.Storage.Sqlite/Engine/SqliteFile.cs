using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>Where the database is, and how a connection to it is set up.</summary>
sealed record SqliteFile(string Path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How long a statement waits for a write of another process before it gives up.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A path, or a connection string with only <c>Data Source</c>.</summary>
    public static SqliteFile Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        // It contains a password, which must not become the name of a file.
        if (connectionString.Contains("://", StringComparison.Ordinal))
            throw new ArgumentException("The SQLite database has to be a file, and not a URL. For PostgreSQL, set Storage:Provider to postgres.");
        // A rooted path may contain an equals sign; a connection string is never rooted.
        if (System.IO.Path.IsPathRooted(connectionString) || !connectionString.Contains('=', StringComparison.Ordinal))
            return At(connectionString);

        var given = Read(connectionString);
        if (!given.EquivalentTo(new SqliteConnectionStringBuilder { DataSource = given.DataSource }))
            throw new ArgumentException("The connection string may contain only `Data Source`.", nameof(connectionString));
        return At(given.DataSource);
    }

    static SqliteConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            return new SqliteConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException)
        {
            // Without the original message, which quotes the value: perhaps a password of another engine.
            throw new ArgumentException("The connection string may contain only `Data Source`. For PostgreSQL, set Storage:Provider to postgres.");
        }
    }

    static SqliteFile At(string path) => path is "" or ":memory:"
        ? throw new ArgumentException("The SQLite database has to be a file.", nameof(path))
        : new SqliteFile(System.IO.Path.GetFullPath(path));

    /// <summary>
    /// Whether there is nothing at the path. Throws if this user may not look, or if it is a directory.
    /// </summary>
    public bool IsMissing()
    {
        try
        {
            if (File.GetAttributes(Path).HasFlag(FileAttributes.Directory)) throw new UnauthorizedAccessException($"{Path} is a directory.");
            return false;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
    }

    /// <summary>
    /// Creates the empty file so that only its owner can read it; SQLite gives the files beside it the same mode.
    /// </summary>
    public void CreateIfMissing()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

        // An existing file is not opened here: closing it would release the locks that SQLite holds on it in this
        // process.
        if (!File.Exists(Path)) CreateForOwner(Path);
    }

    public static void CreateForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        new FileStream(path, options).Dispose();
    }

    // FULL: a commit is on the disk before it is acknowledged. The log is copied back into the file every 16 MiB, so
    // that pages that many commits have changed are copied once. A backup may let it grow, and then it shrinks again.
    // The cache holds the inner pages of the trees of ten million sessions; their leaves fit into no cache. No mmap: a
    // truncated file would kill the process.
    public Connection OpenWriter() => new(this, SqliteOpenMode.ReadWrite, """
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -16000;
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        """);

    public Connection OpenReader() => new(this, SqliteOpenMode.ReadOnly, """
        PRAGMA cache_size = -1000;
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        """);

    public SqliteConnection Open(SqliteOpenMode mode, string settings)
    {
        // The driver's own retries cover what the engine's busy timeout does not: one more second.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 1,
        }.ConnectionString);
        try
        {
            connection.Open();
            connection.Run($"PRAGMA busy_timeout = {(int)BusyTimeout.TotalMilliseconds}; {settings}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
