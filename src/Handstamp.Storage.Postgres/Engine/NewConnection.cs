using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// What is done with each connection before its first use. The settings are set by a statement, and not with the first
/// packet, in which a pooler takes no others than it knows.
/// </summary>
sealed class NewConnection(string? searchPath, Timelines timelines)
{
    // A statement ends before the client's own patience (Command Timeout), so that the server says that nothing was done.
    // A node that stops in the middle of a transaction, or whose line goes dead, must not hold its locks. Every statement
    // finds its rows by a key, so one plan is good for all values. What the connection string's Options say stays, and
    // what an engine does not know is left out.
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
    /// Npgsql sends one when a statement has timed out, also with <c>Cancellation Timeout=-1</c>, which only does not wait
    /// for what comes of it. A COMMIT that waits for the standby and is cancelled stays committed on the primary alone:
    /// others see it, answer with it, and a failover takes it back. So the server seems to be one that can't be asked to
    /// cancel: it has given no number to ask with.
    /// </summary>
    static void LetNoCancelRequestLeave(NpgsqlConnection connection) => SetBackendProcessId(GetConnector(connection)!, 0);

    // There is no public way; a test says when these names have gone.
#pragma warning disable NPG9001
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    static extern NpgsqlConnector? GetConnector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_BackendProcessId")]
    static extern void SetBackendProcessId(NpgsqlConnector connector, int number);
#pragma warning restore NPG9001
}
