using System.Net.Sockets;
using Handstamp.Server.Http;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Distinguishes the engine's failures from a statement's own, and says what a failed statement may have done.
/// </summary>
static class EngineFaults
{
    /// <summary>
    /// Whether the database has failed, and not only this statement. A value that does not fit (22), a violated
    /// constraint (23) and wrong SQL (0A, 42, P0) are the statement's own faults.
    /// </summary>
    public static bool IsEngineFault(this Exception fault) => fault switch
    {
        PostgresException { SqlState: var state } => state[..2] is not ("0A" or "22" or "23" or "42" or "P0"),
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// Whether the server has said that nothing was kept, and another attempt may succeed: a conflict with another
    /// transaction, or a server that is shutting down, is still starting, or became read-only because another one took
    /// over.
    /// </summary>
    public static bool IsUndone(this Exception fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.ReadOnlySqlTransaction
    };

    /// <summary>
    /// Whether the connection ended, perhaps after the commit and before the answer, or leads to a server that is no
    /// longer the primary. 57P02: the server reset all connections because another process crashed.
    /// </summary>
    public static bool HasLostServer(this Exception fault) => fault is not PostgresException || fault is PostgresException
    {
        SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.ReadOnlySqlTransaction
    } || fault is PostgresException { SqlState: ['0', '8', ..] };

    public static StorageUnavailableException Unavailable(Exception fault) =>
        new("The database can't be used now.", fault);
}
