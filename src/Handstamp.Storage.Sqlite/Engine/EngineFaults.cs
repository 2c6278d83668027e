using Handstamp.Server.Http;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>Distinguishes the engine's failures from a statement's own.</summary>
static class EngineFaults
{
    /// <summary>
    /// Whether the database has failed, and not only this statement; then the transaction may be lost too. A violated
    /// constraint or wrong SQL undoes only its own statement.
    /// </summary>
    public static bool IsEngineFault(this Exception fault) => fault is SqliteException
    {
        SqliteErrorCode: not (raw.SQLITE_CONSTRAINT or raw.SQLITE_ERROR or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG
            or raw.SQLITE_RANGE or raw.SQLITE_MISUSE)
    };

    /// <summary>
    /// Whether a trigger has refused what came too late, such as a hash that is sealed under a key that was deleted: another attempt may
    /// succeed.
    /// </summary>
    public static bool IsOutdated(this Exception fault) => fault is SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_TRIGGER };

    public static StorageUnavailableException Unavailable(Exception fault) =>
        new("The database can't be used now.", fault);
}
