using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Lets no cancel request leave. Npgsql sends one when a statement has timed out, also with <c>Cancellation
/// Timeout=-1</c>, which only does not wait for what comes of it. A COMMIT that waits for the standby and is cancelled
/// stays committed on the primary alone: others see it, answer with it, and a failover takes it back.
/// </summary>
static class NoCancelRequests
{
    /// <summary>The server seems to be one that can't be asked to cancel: it has given no number to ask with.</summary>
    public static void Of(NpgsqlConnection connection) => SetBackendProcessId(GetConnector(connection)!, 0);

    public static Task OfAsync(NpgsqlConnection connection)
    {
        Of(connection);
        return Task.CompletedTask;
    }

    // There is no public way; a test says when these names have gone.
#pragma warning disable NPG9001
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    static extern NpgsqlConnector? GetConnector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_BackendProcessId")]
    static extern void SetBackendProcessId(NpgsqlConnector connector, int number);
#pragma warning restore NPG9001
}
