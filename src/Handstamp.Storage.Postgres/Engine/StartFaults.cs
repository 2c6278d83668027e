using Handstamp.Server.Storage;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Says to the operator why the database can't be used, and what to do.</summary>
static class StartFaults
{
    public static StorageStartException Explain(Exception fault, string name) => new(fault switch
    {
        PostgresException failed => Explain(failed, name),
        _ => $"The database {name} can't be reached: {fault.InnerException?.Message ?? fault.Message}",
    }, fault);

    static string Explain(PostgresException fault, string name) => fault.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"The database {name} lets nobody in with this user name and password: {fault.MessageText}",
        PostgresErrorCodes.InvalidCatalogName =>
            $"There is no database {name}. Make it: CREATE DATABASE … OWNER …",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"The user of the database {name} may not use its tables: {fault.MessageText}. docs/guide/postgres.md has what " +
            "to grant.",
        PostgresErrorCodes.InvalidSchemaName =>
            $"The user of the database {name} may not make its tables: {fault.MessageText}. Let it own the database.",
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.DuplicateFunction =>
            $"The database {name} has things of another program where Handstamp's would be: {fault.MessageText}. Name " +
            "another database, or a schema of its own (Search Path=…).",
        PostgresErrorCodes.TooManyConnections =>
            $"The database {name} has no connection left: raise its max_connections or lower Maximum Pool Size.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"The database {name} only reads: it is a standby. Name the primary, or both hosts.",
        _ => $"The database {name} can't be used: {fault.MessageText} ({fault.SqlState})",
    };
}
