using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Accounts;
using Handstamp.Storage.Postgres.Clients;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Keys;
using Handstamp.Storage.Postgres.Secrets;
using Handstamp.Storage.Postgres.Sessions;
using Handstamp.Storage.Postgres.Sessions.Dpop;
using Handstamp.Storage.Postgres.Sessions.Feed;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts Handstamp's data into PostgreSQL.</summary>
public static class HandstampPostgresExtensions
{
    /// <summary>
    /// Registers the stores on the PostgreSQL database that <paramref name="connectionString"/> names, in the words of
    /// Npgsql, <c>Host=…;Database=…;Username=…;Password=…</c>, or as a URL, <c>postgres://…</c>. Several hosts are one cluster, of which the primary is
    /// used. The tables are made at start, in the first schema of the search path. Calling it again changes nothing:
    /// the first database counts. Does not connect, nor check that it can: that happens when the service starts.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The connection string can't be read, or names no <c>Host</c> or no <c>Database</c>. Its message has no value of it.
    /// </exception>
    public static IServiceCollection AddHandstampPostgres(this IServiceCollection services, string connectionString)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Telemetry>();
        services.TryAddSingleton(PostgresServer.Parse(connectionString));
        services.TryAddSingleton<PostgresStorage>();
        services.TryAddSingleton<IStorage>(provider => provider.GetRequiredService<PostgresStorage>());
        services.TryAddSingleton<PostgresNodes>();
        services.TryAddSingleton<INodes>(provider => provider.GetRequiredService<PostgresNodes>());
        services.AddHostedService(provider => provider.GetRequiredService<PostgresNodes>());
        services.TryAddSingleton<IAccountStore, PostgresAccountStore>();
        services.TryAddSingleton<IThrottleStore, PostgresThrottleStore>();
        services.TryAddSingleton<IKeyStore, PostgresKeyStore>();
        services.TryAddSingleton<ISessionStore, PostgresSessionStore>();
        services.TryAddSingleton<ISecretStore, PostgresSecretStore>();
        services.TryAddSingleton<IProofStore, PostgresProofStore>();
        services.TryAddSingleton<IRevocationLog, PostgresRevocationLog>();
        services.TryAddSingleton<IResourceServerStore, PostgresResourceServerStore>();
        return services;
    }
}
