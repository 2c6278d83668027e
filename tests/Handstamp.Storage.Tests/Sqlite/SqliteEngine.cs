using Handstamp.Storage.Sqlite;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>A SQLite file in its own directory, or the given file.</summary>
public sealed class SqliteEngine(string? file = null) : EngineUnderTest
{
    readonly TemporaryFolder? _folder = file is null ? new TemporaryFolder() : null;

    public SqliteEngine() : this(null)
    {
    }

    public string File => file ?? _folder!.At("handstamp.db");

    /// <summary>For a test in which a lock is held longer than any caller waits for it.</summary>
    public TimeSpan? BusyTimeout { get; init; }

    internal Writer Writer => Get<SqliteStorage>().Writer;

    public override Task<long> CountRowsAsync() => Task.FromResult(Sql.Ask<long>(File, """
        SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM keys)
          + (SELECT count(*) FROM key_ring) + (SELECT count(*) FROM revocations) + (SELECT count(*) FROM throttle)
          + (SELECT count(*) FROM resource_servers) + (SELECT count(*) FROM identifiers) + (SELECT count(*) FROM secrets)
          + (SELECT count(*) FROM events) + (SELECT count(*) FROM outbox)
          + (SELECT count(*) FROM totp_apps) + (SELECT count(*) FROM recovery_codes) + (SELECT count(*) FROM second_factor_grace)
          + (SELECT count(*) FROM passkeys)
          + (SELECT count(*) FROM external_logins)
        """));

    public override Task ChangeAsync(string sql)
    {
        using var database = Sql.Open(File);
        database.Run(sql);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder?.Dispose();
    }

    protected override void AddStores(IServiceCollection services)
    {
        if (BusyTimeout is { } timeout) services.AddSingleton(SqliteFile.Parse(File) with { BusyTimeout = timeout });
        services.AddHandstampSqlite(File);
    }
}
