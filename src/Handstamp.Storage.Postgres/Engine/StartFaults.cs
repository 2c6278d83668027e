using System.Net.Sockets;
using System.Security.Cryptography;
using Handstamp.Server.Storage;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Tells the operator why the database cannot be used, and what to do.</summary>
static class StartFaults
{
    // Npgsql has no code for it.
    const string NoSuitableHost = "No suitable host was found.";

    /// <summary>Whether it is the database's certificate, or the client certificate that is sent to it.</summary>
    public static bool IsOne(Exception fault) => fault is NpgsqlException or TimeoutException or CryptographicException;

    public static StorageStartException Explain(Exception fault, string name) => new(fault switch
    {
        PostgresException failed => Explain(failed, name),
        _ when IsAboutFiles(fault) =>
            $"The files that Root Certificate, SSL Certificate and SSL Key name in the connection string of the database {name} are not "
            + "certificates and a key, in PEM or PKCS #12; or SSL Password is wrong.",
        _ => Explain([.. Reasons(fault).Distinct()], name),
    }, fault)
    {
        MayPass = MayPass(fault),
    };

    /// <summary>
    /// The server is still starting or shutting down, has no free connection, or none of several hosts accepts writes
    /// yet.
    /// </summary>
    static bool MayPass(Exception fault) => fault switch
    {
        PostgresException failed => failed.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.TooManyConnections,
        OldTimelineException or TimeoutException or { InnerException: TimeoutException or EndOfStreamException } => true,
        { InnerException: SocketException { SocketErrorCode: var code } } => code != SocketError.HostNotFound,
        // The server reset the connection in the middle of an answer.
        { InnerException: IOException { InnerException: SocketException } } => true,
        { InnerException: AggregateException several } => several.InnerExceptions.Any(MayPass),
        { InnerException: null, Message: NoSuitableHost } => true,
        _ => false,
    };

    // If there are several hosts, each has a separate fault.
    static IEnumerable<string> Reasons(Exception fault) => fault switch
    {
        { InnerException: AggregateException several } => several.InnerExceptions.SelectMany(Reasons),
        { InnerException: { } inner } => [inner.Message],
        _ => [fault.Message],
    };

    static string Explain(List<string> reasons, string name) =>
        reasons.Find(IsAboutPassword) is { } password
            ? $"The database {name} asks for the password in a way that reveals it: {password}. Use scram-sha-256 in pg_hba.conf, and set "
                + "the password again while password_encryption is scram-sha-256. Or allow this method with Require Auth."
        : reasons.Find(IsAboutTls) is { } tls
            ? $"The database {name} does not accept TLS: {tls} Enable it (ssl = on). On a private network, you can set SSL Mode=Disable instead."
        : reasons.Exists(IsAboutCertificate)
            ? $"The certificate of the database {name} is not trusted on this machine, or is for another host name. Set Root Certificate "
                + "to the certificate of its authority, and use the host name that the certificate has."
        : reasons.Exists(IsWithoutPassword)
            ? $"The database {name} requires a password, but the connection string has none. Add a Password or a Passfile."
        : $"Cannot reach the database {name}: {string.Join("; ", reasons)}";

    // A root certificate is read when the server shows its own.
    static bool IsAboutFiles(Exception fault) => fault switch
    {
        CryptographicException or { InnerException: CryptographicException } => true,
        { InnerException: AggregateException several } => several.InnerExceptions.Any(IsAboutFiles),
        _ => false,
    };

    static bool IsAboutPassword(string reason) => reason.Contains("authentication method is not allowed", StringComparison.Ordinal);

    static bool IsAboutCertificate(string reason) => reason.Contains("RemoteCertificateValidation", StringComparison.Ordinal);

    static bool IsWithoutPassword(string reason) => reason.StartsWith("No password has been provided", StringComparison.Ordinal);

    static bool IsAboutTls(string reason) => reason.StartsWith("SSL connection requested", StringComparison.Ordinal);

    static string Explain(PostgresException fault, string name) => fault.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"The database {name} rejects this user name and password: {fault.MessageText}",
        PostgresErrorCodes.InvalidCatalogName =>
            $"The database {name} does not exist. Create it: CREATE DATABASE … OWNER …",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"The user of the database {name} may not use its tables: {fault.MessageText}. docs/guide/postgres.md says what " +
            "to grant.",
        PostgresErrorCodes.InvalidSchemaName =>
            $"The user of the database {name} may not create tables: {fault.MessageText}. Make this user the owner of the database.",
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.DuplicateFunction =>
            $"The database {name} contains objects of another program with Handstamp's names: {fault.MessageText}. Use " +
            "another database, or a separate schema (Search Path=…).",
        PostgresErrorCodes.TooManyConnections =>
            $"The database {name} has no free connection. Raise its max_connections or lower Maximum Pool Size.",
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable =>
            $"The database {name} did not answer in time. Perhaps another session has locked a table: pg_stat_activity shows it. Start " +
            "again when it has ended.",
        PostgresErrorCodes.CannotConnectNow =>
            $"The database {name} does not accept connections yet: {fault.MessageText}.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"The database {name} is a standby and read-only. Use the primary, or list both hosts.",
        _ => $"Cannot use the database {name}: {fault.MessageText} ({fault.SqlState})",
    };
}
