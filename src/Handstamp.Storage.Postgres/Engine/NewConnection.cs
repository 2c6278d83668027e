using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Prepares each connection before its first use. The settings are set by a statement and not in the startup packet, in
/// which a pooler accepts only settings that it knows.
/// </summary>
sealed class NewConnection(string? searchPath, Timelines timelines)
{
    // A statement ends before the client's time limit (Command Timeout), so that the server can say that nothing was
    // done. If a node stops in the middle of a transaction, or its connection breaks, it must not keep its locks. Every
    // statement finds its rows by a key, so one plan is good for all values. The Options of the connection string are
    // kept, and settings that an engine does not know are left out.
    readonly string _settings = $"""
        SELECT pg_catalog.set_config(wanted.name, wanted.setting, false)
        FROM (VALUES ('plan_cache_mode', 'force_generic_plan'), ('statement_timeout', '4000'),
          ('idle_in_transaction_session_timeout', '4000'), ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'),
          ('tcp_keepalives_count', '3'){SearchPath(searchPath)}) AS wanted (name, setting)
        JOIN pg_catalog.pg_settings AS known ON known.name = wanted.name AND known.source <> 'client'
        """;

    public void SetUp(NpgsqlConnection connection)
    {
        using var command = connection.Script(_settings);
        command.ExecuteNonQuery();
        timelines.Check(connection);
        LetNoCancelRequestLeave(connection);
    }

    public async Task SetUpAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync(_settings, CancellationToken.None);
        await timelines.CheckAsync(connection);
        LetNoCancelRequestLeave(connection);
    }

    static string SearchPath(string? path) =>
        path is null ? "" : $", ('search_path', '{path.Replace("'", "''", StringComparison.Ordinal)}')";

    /// <summary>
    /// Npgsql sends a cancel request when a statement has timed out, even with <c>Cancellation Timeout=-1</c>, which
    /// only means that it does not wait for the result. If a COMMIT that waits for the standby is cancelled, it stays
    /// committed only on the primary: others see it and answer with it, and a failover undoes it. So this makes the
    /// server look as if it could not be asked to cancel: as if it had sent no key for that.
    /// </summary>
    static void LetNoCancelRequestLeave(NpgsqlConnection connection) => SetBackendProcessId(GetConnector(connection)!, 0);

    // There is no public way; a test fails when these names no longer exist.
#pragma warning disable NPG9001
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    static extern NpgsqlConnector? GetConnector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_BackendProcessId")]
    static extern void SetBackendProcessId(NpgsqlConnector connector, int number);
#pragma warning restore NPG9001
}
