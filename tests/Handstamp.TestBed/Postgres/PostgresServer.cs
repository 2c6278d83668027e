using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Handstamp.TestBed.Postgres;

/// <summary>
/// A PostgreSQL server for the tests: a fresh directory, a free port of the loopback, an unprivileged user. It ends
/// with the process that started it, however that process ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string Ready = "database system is ready to accept";

    static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartSharedAsync);

    readonly string _directory;
    readonly string[] _settings;
    Process? _process;
    int _databases;

    PostgresServer(string directory, string[] settings)
    {
        _directory = directory;
        _settings = settings;
    }

    /// <summary>The server that the tests of a process share, each with its own database.</summary>
    public static Task<PostgresServer> Shared => SharedServer.Value;

    public int Port { get; } = ServerPort.Find();

    public string DataDirectory => Path.Combine(_directory, "data");

    /// <param name="settings">For example, <c>max_prepared_transactions=5</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-postgres-").FullName;
        await PostgresProgram.OwnAsync(directory);
        var server = new PostgresServer(directory, settings);
        await PostgresProgram.RunAsync("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8",
            "--locale=C.UTF-8", "-D", server.DataDirectory);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>
    /// Starts another server on a copy of this server's data, like a standby that was promoted: on the next timeline.
    /// This server may keep running.
    /// </summary>
    public async Task<PostgresServer> PromoteCopyAsync()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-postgres-").FullName;
        await PostgresProgram.OwnAsync(directory);
        // With hot_standby, it would be ready for readers before it is promoted.
        var copy = new PostgresServer(
            directory, ["hot_standby=off", "restore_command=false", "recovery_target=immediate", "recovery_target_action=promote"]);
        await ShellAsync($"pg_basebackup -D {copy.DataDirectory} -c fast; touch {copy.DataDirectory}/recovery.signal", ConnectionString("postgres"));
        await copy.StartAgainAsync();
        return copy;
    }

    /// <summary>Starts a standby of this server: asynchronous, so that it may lag.</summary>
    public async Task<PostgresServer> AddStandbyAsync()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-standby-").FullName;
        await PostgresProgram.OwnAsync(directory);
        var standby = new PostgresServer(directory, _settings);
        await PostgresProgram.RunAsync("pg_basebackup", "--no-sync", "--checkpoint=fast", "--write-recovery-conf",
            "-d", $"host=127.0.0.1 port={Port} user=postgres", "-D", standby.DataDirectory);
        await standby.StartAgainAsync();
        return standby;
    }

    /// <summary>Makes an empty database and returns how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await RunAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Like <see cref="CreateDatabaseAsync"/>, but much quicker: its own schema in a common database.</summary>
    public async Task<string> CreateSchemaAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await RunAsync($"CREATE SCHEMA {name}");
        return $"{ConnectionString("postgres")};Search Path={name}";
    }

    /// <summary>Drops the schema with everything in it.</summary>
    public Task DropSchemaAsync(string connectionString) =>
        RunAsync($"DROP SCHEMA {new NpgsqlConnectionStringBuilder(connectionString).SearchPath} CASCADE");

    /// <summary>Runs a shell script as an administrator of the database does, on the server's machine.</summary>
    public Task<string> ShellAsync(string script, string connectionString) => PostgresProgram.ShellAsync(script, new Dictionary<string, string>
    {
        ["PGHOST"] = "127.0.0.1",
        ["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["PGUSER"] = "postgres",
        ["PGDATABASE"] = new NpgsqlConnectionStringBuilder(connectionString).Database!,
        ["PGDATA"] = DataDirectory,
    });

    /// <summary>Drops the database, even if clients are still connected.</summary>
    public Task DropDatabaseAsync(string connectionString) =>
        RunAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = "postgres",
        Database = database,
        // A pooled connection would not survive a restart.
        Pooling = false,
    }.ConnectionString;

    /// <summary>A connection that is not open yet, for statements of the tests: their timeout is the tests' timeout.</summary>
    public static NpgsqlConnection Connect(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString)
    {
        Timeout = (int)Eventually.Timeout.TotalSeconds,
        CommandTimeout = (int)Eventually.Timeout.TotalSeconds,
    }.ConnectionString);

    /// <summary>Starts the server on its directory, after it was stopped or killed.</summary>
    public async Task StartAgainAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        _process = PostgresProgram.Start("postgres",
        [
            "-D", DataDirectory, "-p", $"{Port}", "-k", _directory, "-c", "listen_addresses=127.0.0.1",
            // Written data survives the server's death, but not the machine's: enough for a test, and quick.
            "-c", "fsync=off", "-c", "max_connections=400",
            .. _settings.SelectMany(setting => (string[])["-c", setting]),
        ]);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (lines) lines.Add(line.Data ?? "");
            if (line.Data is null) ready.TrySetException(Failure());
            else if (line.Data.Contains(Ready, StringComparison.Ordinal)) ready.TrySetResult();
        };
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(Eventually.Timeout);

        InvalidOperationException Failure()
        {
            lock (lines) return new($"PostgreSQL ended before it was ready:\n{string.Join('\n', lines)}");
        }
    }

    /// <summary>Stops the server as an administrator does: its clients are told and disconnected.</summary>
    public async Task StopAsync()
    {
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    /// <summary>Kills the server and all its processes at once, as a power cut does.</summary>
    public async Task KillAsync()
    {
        await PostgresProgram.KillAsync(File.ReadLines(Path.Combine(DataDirectory, "postmaster.pid")).First());
        await _process!.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await StopAsync();
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    async Task RunAsync(string sql)
    {
        await using var connection = Connect(ConnectionString("postgres"));
        await connection.OpenAsync();
#pragma warning disable CA2100 // The names were made by this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return server;
    }
}
