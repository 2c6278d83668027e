using System.Data.Common;
using System.Net.Sockets;
using Handstamp.Server.Http;
using Microsoft.EntityFrameworkCore.Storage;

namespace Handstamp.Storage.EntityFramework.Engine;

/// <summary>Distinguishes failures of the database from faults of this code, for any provider.</summary>
static class EngineFaults
{
    const string SerializationFailure = "40001";
    const string Deadlock = "40P01";

    /// <summary>Whether the database has failed. EF Core wraps what the driver throws.</summary>
    public static bool IsEngineFault(this Exception fault) =>
        Causes(fault).Any(cause => cause is DbException or TimeoutException or SocketException or IOException or RetryLimitExceededException);

    /// <summary>
    /// Whether the server has said that a conflict with another transaction has undone everything. If the app's execution strategy has
    /// tried it again often enough, it stays a failure.
    /// </summary>
    public static bool IsConflict(this Exception fault) =>
        Causes(fault).Any(cause => cause is DbException { SqlState: SerializationFailure or Deadlock })
        && !Causes(fault).Any(cause => cause is RetryLimitExceededException);

    /// <summary>Whether the driver says that another attempt may succeed: the database is starting, or cannot be reached.</summary>
    public static bool IsPassing(this Exception fault) =>
        Causes(fault).Any(cause => cause is DbException { IsTransient: true } or TimeoutException or SocketException);

    public static StorageUnavailableException Unavailable(Exception fault) => new("The database can't be used now.", fault);

    static IEnumerable<Exception> Causes(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException) yield return cause;
    }
}
