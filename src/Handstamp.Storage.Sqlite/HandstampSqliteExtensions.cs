using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Keys;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.Storage.Sqlite;
using Handstamp.Storage.Sqlite.Accounts;
using Handstamp.Storage.Sqlite.Accounts.SecondFactors;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Clients;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.ExternalLogins;
using Handstamp.Storage.Sqlite.Keys;
using Handstamp.Storage.Sqlite.Outbox;
using Handstamp.Storage.Sqlite.Secrets;
using Handstamp.Storage.Sqlite.Sessions;
using Handstamp.Storage.Sqlite.Sessions.Dpop;
using Handstamp.Storage.Sqlite.Sessions.Feed;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores Handstamp's data in a SQLite file.</summary>
public static class HandstampSqliteExtensions
{
    /// <summary>
    /// Registers the stores on the SQLite database in <paramref name="connectionString"/>: the path of a file, or
    /// <c>Data Source=PATH</c>. A missing file and its directory are created at start for their owner only (modes 0600
    /// and 0700). If it is called again, nothing changes: the first file counts. It does not open the file or check it:
    /// that happens when the service starts.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The connection string contains more than <c>Data Source</c>, or names a database in memory.
    /// </exception>
    public static IServiceCollection AddHandstampSqlite(this IServiceCollection services, string connectionString)
    {
        services.AddMetrics();
        services.TryAddSingleton<Telemetry>();
        services.TryAddSingleton(SqliteFile.Parse(connectionString));
        services.TryAddSingleton<SqliteStorage>();
        services.TryAddSingleton<IStorage>(provider => provider.GetRequiredService<SqliteStorage>());
        services.TryAddSingleton<ISchema>(provider => provider.GetRequiredService<SqliteStorage>());
        services.TryAddSingleton<INodes, SingleNode>();
        services.TryAddSingleton<IIdSearch, SqliteIdSearch>();
        services.TryAddSingleton<IEventStore, SqliteEventStore>();
        services.TryAddSingleton<IAccountStore, SqliteAccountStore>();
        services.TryAddSingleton<ISecondFactorStore, SqliteSecondFactorStore>();
        services.TryAddSingleton<IThrottleStore, SqliteThrottleStore>();
        services.TryAddSingleton<IPasskeyStore, SqlitePasskeyStore>();
        services.TryAddSingleton<IProfileStore, SqliteProfileStore>();
        services.TryAddSingleton<IKeyStore, SqliteKeyStore>();
        services.TryAddSingleton<IAccountSessionStore, SqliteSessionStore>();
        services.TryAddSingleton<ISessionStore>(provider => provider.GetRequiredService<IAccountSessionStore>());
        services.TryAddSingleton<ISecretStore, SqliteSecretStore>();
        services.TryAddSingleton<IExternalLoginStore, SqliteExternalLoginStore>();
        services.TryAddSingleton<IInvitationStore, SqliteInvitationStore>();
        services.TryAddSingleton<IOutboxStore, SqliteOutboxStore>();
        services.TryAddSingleton<IProofStore, SqliteProofStore>();
        services.TryAddSingleton<IRevocationLog, SqliteRevocationLog>();
        services.TryAddSingleton<IResourceServerStore, SqliteResourceServerStore>();
        return services;
    }
}
