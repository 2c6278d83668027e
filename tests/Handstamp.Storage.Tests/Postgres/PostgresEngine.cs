using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ServerOfStores = Handstamp.Storage.Postgres.Engine.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>A schema for one test on the server that the tests share, or on another server.</summary>
public class PostgresEngine(PostgresServer? server = null) : EngineUnderTest
{
    /// <summary>How long the server waits. On a busy machine, a test takes longer, but does not fail.</summary>
    protected const string ServerLimits = "-c statement_timeout=120000 -c idle_in_transaction_session_timeout=120000";

    readonly TempDirectory _data = new();
    string? _direct;
    bool _isGuest;
    Line? _line;

    public PostgresEngine() : this(null)
    {
    }

    /// <summary>In an existing schema, which is kept.</summary>
    public PostgresEngine(PostgresServer server, string schema) : this(server) => (_direct, _isGuest) = (schema, true);

    /// <summary>The connection string of the stores.</summary>
    public string ConnectionString =>
        $"{_direct};Port={_line?.Port ?? Server.Port};Timeout=120;Command Timeout=130;Options={ServerLimits};{Settings}";

    /// <summary>Additional settings of the connection.</summary>
    public string Settings { get; init; } = "";

    /// <summary>How long a statement waits for a connection: as long as the server waits.</summary>
    public TimeSpan QueueTimeout { get; set; } = Eventually.Timeout;

    public PostgresServer Server { get; private set; } = server!;

    public override async Task OpenAsync()
    {
        Server ??= await PostgresServer.Shared;
        var isNew = _direct is null && !UsedSchemas.TryTake(this, out _direct);
        if (isNew) _direct = await Server.CreateSchemaAsync();
        if (isNew) await PrepareAsync();
        await base.OpenAsync();
        if (isNew) await CompleteAsync();
    }

    /// <summary>Preparations of a new schema before the stores connect.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>What a new schema still needs when the stores have migrated it.</summary>
    protected virtual Task CompleteAsync() => IsReusable ? UsedSchemas.RememberAsync(this) : Task.CompletedTask;

    /// <summary>Another node on the same database; it is not open yet.</summary>
    public PostgresEngine Another(string settings = "") =>
        new(Server) { _direct = _direct, _isGuest = true, Settings = settings };

    /// <summary>From now on, connects through a line that counts, and can be cut.</summary>
    internal async Task<Line> ReopenOverLineAsync()
    {
        _line = new Line(Server.Port);
        await RestartAsync();
        return _line;
    }

    public override async Task<long> CountRowsAsync() => (long)(await AskAsync("""
        SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM keys)
          + (SELECT count(*) FROM key_ring) + (SELECT count(*) FROM revocations) + (SELECT count(*) FROM throttle)
          + (SELECT count(*) FROM resource_servers) + (SELECT count(*) FROM identifiers) + (SELECT count(*) FROM secrets)
          + (SELECT count(*) FROM events) + (SELECT count(*) FROM outbox)
          + (SELECT count(*) FROM totp_apps) + (SELECT count(*) FROM recovery_codes) + (SELECT count(*) FROM second_factor_grace)
          + (SELECT count(*) FROM passkeys)
          + (SELECT count(*) FROM external_logins)
        """))!;

    /// <summary>Queries the database directly.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var connection = await ConnectAsync();
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public override Task ChangeAsync(string sql) => AskAsync(sql);

    /// <summary>Removes everything in the schema.</summary>
    public Task EmptyAsync() => AskAsync("""
        DO $$ BEGIN
          EXECUTE 'DROP SCHEMA ' || current_schema() || ' CASCADE; CREATE SCHEMA ' || current_schema();
        END $$
        """);

    /// <summary>A direct connection.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = PostgresServer.Connect(_direct!);
        await connection.OpenAsync();
        return connection;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_line is not null) await _line.DisposeAsync();
        _data.Dispose();
        if (_direct is not null && !_isGuest) await (IsReusable ? UsedSchemas.ReturnAsync(this, _direct) : Server.DropSchemaAsync(_direct));
        GC.SuppressFinalize(this);
    }

    protected override void AddStores(IServiceCollection services)
    {
        var server = ServerOfStores.Parse(ConnectionString);
        server.QueueTimeout = QueueTimeout;
        services
            .AddSingleton(server)
            .Configure<StorageOptions>(options => options.DataDirectory = _data.Path)
            .AddHandstampPostgres(ConnectionString);
    }
}
