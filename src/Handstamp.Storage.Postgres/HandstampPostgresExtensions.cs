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
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Accounts;
using Handstamp.Storage.Postgres.Accounts.SecondFactors;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Clients;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.ExternalLogins;
using Handstamp.Storage.Postgres.Keys;
using Handstamp.Storage.Postgres.Outbox;
using Handstamp.Storage.Postgres.Secrets;
using Handstamp.Storage.Postgres.Sessions;
using Handstamp.Storage.Postgres.Sessions.Dpop;
using Handstamp.Storage.Postgres.Sessions.Feed;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores Handstamp's data in PostgreSQL.</summary>
public static class HandstampPostgresExtensions
{
    /// <summary>
    /// Registers the stores on the PostgreSQL database in <paramref name="connectionString"/>. It is a connection
    /// string of Npgsql, <c>Host=…;Database=…;Username=…;Password=…</c>, or a URL, <c>postgres://…</c>. Several hosts
    /// are one cluster, of which the primary is used. The tables are created at start, in the first schema of the
    /// search path. If it is called again, nothing changes: the first database counts. It does not connect or check the
    /// connection: that happens when the service starts.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The connection string cannot be parsed, or has no <c>Host</c> or no <c>Database</c>. The message contains none
    /// of its values.
    /// </exception>
    public static IServiceCollection AddHandstampPostgres(this IServiceCollection services, string connectionString)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Telemetry>();
        services.TryAddSingleton(PostgresServer.Parse(connectionString));
        services.TryAddSingleton<PostgresStorage>();
        services.TryAddSingleton<IStorage>(provider => provider.GetRequiredService<PostgresStorage>());
        services.TryAddSingleton<ISchema>(provider => provider.GetRequiredService<PostgresStorage>());
        services.TryAddSingleton<PostgresNodes>();
        services.TryAddSingleton<INodes>(provider => provider.GetRequiredService<PostgresNodes>());
        services.AddHostedService(provider => provider.GetRequiredService<PostgresNodes>());
        services.TryAddSingleton<IIdSearch, PostgresIdSearch>();
        services.TryAddSingleton<IEventStore, PostgresEventStore>();
        services.TryAddSingleton<IAccountStore, PostgresAccountStore>();
        services.TryAddSingleton<ISecondFactorStore, PostgresSecondFactorStore>();
        services.TryAddSingleton<IThrottleStore, PostgresThrottleStore>();
        services.TryAddSingleton<IPasskeyStore, PostgresPasskeyStore>();
        services.TryAddSingleton<IProfileStore, PostgresProfileStore>();
        services.TryAddSingleton<IKeyStore, PostgresKeyStore>();
        services.TryAddSingleton<IAccountSessionStore, PostgresSessionStore>();
        services.TryAddSingleton<ISessionStore>(provider => provider.GetRequiredService<IAccountSessionStore>());
        services.TryAddSingleton<ISecretStore, PostgresSecretStore>();
        services.TryAddSingleton<IExternalLoginStore, PostgresExternalLoginStore>();
        services.TryAddSingleton<IInvitationStore, PostgresInvitationStore>();
        services.TryAddSingleton<IOutboxStore, PostgresOutboxStore>();
        services.TryAddSingleton<IProofStore, PostgresProofStore>();
        services.TryAddSingleton<IRevocationLog, PostgresRevocationLog>();
        services.TryAddSingleton<IResourceServerStore, PostgresResourceServerStore>();
        return services;
    }
}
