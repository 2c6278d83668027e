using System.Data.Common;
using System.Globalization;
using Handstamp.Proof.Faults;
using Handstamp.TestBed;
using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Handstamp.Proof.Revocation;

/// <summary>The service on one of the engines: two nodes on PostgreSQL, one on SQLite.</summary>
abstract class Installation : IAsyncDisposable
{
    const string Columns = """
        INSERT INTO sessions (id, account_id, issued_at, idle_expires_at, expires_at, auth_time, created_at, seen, first, last,
          seen_before, mac_key_id, transport, amr)
        """;

    // A window of zero: every refresh is a rotation that writes.
    protected static readonly string[] Settings =
        ["--Sessions:RetryWindow=0", "--Sessions:MaxPerAccount=10000", "--Accounts:Throttle:AccountFree=10000", "--Logging:Level=Warning"];

    public abstract IReadOnlyList<Uri> Nodes { get; }

    /// <summary>The address at which APIs find the service.</summary>
    public abstract Uri Issuer { get; }

    /// <summary>Starts the service on an empty database.</summary>
    public static async Task<Installation> StartAsync(Engine engine, PostgresServer? server) => engine == Engine.Sqlite
        ? await OnSqlite.StartAsync()
        : await OnPostgres.StartAsync(await server!.CreateDatabaseAsync());

    /// <summary>Adds the given number of live sessions under the first MAC key directly to the database.</summary>
    public abstract Task FillAsync(int sessions);

    /// <summary>Runs an operator's command.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var result = await CallAsync(command);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(result.Error);
    }

    /// <summary>Kills every node with <c>kill -9</c>, and starts it again at its address.</summary>
    public abstract Task RestartAsync();

    /// <summary>Queries the database directly.</summary>
    public abstract Task<long> CountAsync(string sql);

    public abstract ValueTask DisposeAsync();

    protected abstract Task<CommandResult> CallAsync(string[] command);

    protected static string Insert(string id, string numbers)
    {
        var now = DateTimeOffset.UtcNow;
        var (issued, idle, end) = (now.ToUnixTimeMilliseconds(), now.AddDays(14).ToUnixTimeMilliseconds(), now.AddDays(90).ToUnixTimeMilliseconds());
        return string.Create(CultureInfo.InvariantCulture,
            $"{Columns} SELECT {id}, {id}, {issued}, {idle}, {end}, {issued}, {issued}, 0, 1, 1, 0, 1, 0, 'pwd' FROM {numbers}");
    }

    protected static async Task<object?> AskAsync(DbConnection connection, string sql)
    {
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync();
    }

    sealed class OnPostgres : Installation
    {
        readonly Balancer _balancer;
        HandstampNodes _nodes = null!;

        OnPostgres() => _balancer = new Balancer(() => Nodes);

        public static async Task<OnPostgres> StartAsync(string database)
        {
            var here = new OnPostgres();
            var issuer = $"--Issuer={here.Issuer.GetLeftPart(UriPartial.Authority)}";
            here._nodes = await HandstampNodes.StartAsync(database, 2, [.. Settings, issuer]);
            return here;
        }

        public override Uri Issuer => _balancer.Address;

        public override IReadOnlyList<Uri> Nodes => [.. _nodes.Processes.Select(node => node.Address)];

        public override async Task FillAsync(int sessions) =>
            await CountAsync(Insert("gen_random_uuid()", $"generate_series(1, {sessions})"));

        public override Task RestartAsync() => Task.WhenAll(_nodes.RestartAsync(0), _nodes.RestartAsync(1));

        public override async Task<long> CountAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(_nodes.ConnectionString);
            return await AskAsync(connection, sql) as long? ?? 0;
        }

        public override async ValueTask DisposeAsync()
        {
            await _nodes.DisposeAsync();
            await _balancer.DisposeAsync();
        }

        protected override Task<CommandResult> CallAsync(string[] command) => _nodes.RunAsync(command);
    }

    sealed class OnSqlite : Installation
    {
        readonly TempDirectory _data = new();
        ListeningProcess _process = null!;

        public static async Task<OnSqlite> StartAsync()
        {
            var here = new OnSqlite();
            here._process = await HandstampProcess.StartAsync(here._data.Path, Settings);
            return here;
        }

        public override IReadOnlyList<Uri> Nodes => [_process.Address];

        public override Uri Issuer => _process.Address;

        public override async Task FillAsync(int sessions)
        {
            var address = await StopAsync();
            await CountAsync($"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {sessions}) "
                + Insert("randomblob(16)", "numbers"));
            _process = await HandstampProcess.StartAsync(_data.Path, [.. Settings, "--urls", address]);
        }

        public override async Task RestartAsync()
        {
            var address = await StopAsync();
            _process = await HandstampProcess.StartAsync(_data.Path, [.. Settings, "--urls", address]);
        }

        public override async Task<long> CountAsync(string sql)
        {
            await using var connection = new SqliteConnection($"Data Source={_data.File("handstamp.db")};Pooling=False");
            return await AskAsync(connection, sql) as long? ?? 0;
        }

        public override async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            _data.Dispose();
        }

        protected override Task<CommandResult> CallAsync(string[] command) =>
            HandstampExecutable.RunAsync([.. command, "--data", _data.Path]);

        async Task<string> StopAsync()
        {
            var address = _process.Address.GetLeftPart(UriPartial.Authority);
            await _process.DisposeAsync();
            return address;
        }
    }
}
