using Handstamp.Server;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.GeoIp;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.OAuth;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the services of Handstamp.</summary>
public static class HandstampServiceCollectionExtensions
{
    /// <summary>
    /// Adds the login and session-token service. Also add a store (<c>AddHandstampSqlite</c>), and the routes with
    /// <see cref="AspNetCore.Builder.HandstampEndpointRouteBuilderExtensions.MapHandstamp"/>. Optional parts are added
    /// to the returned builder: the pages for people with <c>AddPages</c>, from the package <c>Handstamp.Pages</c>.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="settings">
    /// The section with Handstamp's settings (<c>Issuer</c>, <c>Sessions</c>, <c>Accounts</c>, …; see
    /// docs/guide/settings.md). They are validated when the app starts. A value out of range or an unknown key in one of
    /// the sections stops the app with a message that names it.
    /// </param>
    public static HandstampBuilder AddHandstamp(this IServiceCollection services, IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(settings);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Telemetry>();
        services.AddMetrics();
        services.AddCors();
        services.BindSettings(settings);
        // First among the hosted services: the others find an open database and ring.
        services.AddHostedService<HandstampStartup>();
        services.TryAddSingleton<BrowserOrigin>();
        services.TryAddSingleton<ProblemWriter>();
        services.TryAddSingleton<Edge>();
        services.AddAudit();
        services.AddKeys();
        services.AddSecrets();
        services.AddOutbox();
        services.AddGeoIp();
        services.AddAccounts();
        services.AddClients();
        services.AddSessions();
        services.AddSignIn();
        services.AddExternalLogins();
        services.AddOAuth();
        return new HandstampBuilder(services, settings);
    }

    // The configuration-binding generator needs to see each call, so the sections are listed one by one.
    static void BindSettings(this IServiceCollection services, IConfiguration settings)
    {
        services.AddOptionsWithValidateOnStart<HandstampOptions, HandstampOptionsValidator>()
            .Configure(options =>
            {
                options.Issuer = settings["Issuer"] ?? options.Issuer;
                options.BasePath = settings["BasePath"] ?? options.BasePath;
                options.Audiences = settings.GetSection("Audiences").Get<string[]>() ?? options.Audiences;
                options.Audience = settings["Audience"] ?? options.Audience;
            });
        services.AddOptionsWithValidateOnStart<SessionOptions, SessionOptionsValidator>()
            .Configure(options => settings.GetSection("Sessions").WithDurations<SessionOptions>(SessionOptions.Times)
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        services.AddOptionsWithValidateOnStart<AccountOptions, AccountOptionsValidator>()
            .Configure(options => settings.GetSection("Accounts").WithDurations<AccountOptions>(AccountOptions.Times)
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        services.AddOptionsWithValidateOnStart<ChallengeOptions, ChallengeOptionsValidator>()
            .Bind(settings.GetSection("Challenge"), binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddOptionsWithValidateOnStart<FormerSystemOptions, FormerSystemOptionsValidator>()
            .Bind(settings.GetSection(FormerSystemOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddOptionsWithValidateOnStart<PasskeyOptions, PasskeyOptionsValidator>()
            .Bind(settings.GetSection("Passkeys"), binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddOptionsWithValidateOnStart<ExternalLoginSettings, ExternalLoginSettingsValidator>()
            .Configure(options => options.Providers = settings.GetSection(ExternalLoginSettings.Section)
                .Get<Dictionary<string, ExternalProviderOptions>>(binder => binder.ErrorOnUnknownConfiguration = true) ?? []);
        services.AddOptionsWithValidateOnStart<RefreshCookieOptions, RefreshCookieOptionsValidator>()
            .Bind(settings.GetSection("Cookie"), binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddOptionsWithValidateOnStart<CorsSettings, CorsSettingsValidator>()
            .Bind(settings.GetSection("Cors"), binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddOptionsWithValidateOnStart<KeyOptions, KeyOptionsValidator>()
            .Configure(options => settings.GetSection("Keys").WithDurations<KeyOptions>(KeyOptions.Times)
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        services.AddOptionsWithValidateOnStart<AuditOptions, AuditOptionsValidator>()
            .Configure(options => settings.GetSection("Audit").WithDurations<AuditOptions>(AuditOptions.Times)
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        services.AddOptionsWithValidateOnStart<GeoIpOptions, GeoIpOptionsValidator>()
            .Bind(settings.GetSection("GeoIp"), binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddOptionsWithValidateOnStart<StorageOptions, StorageOptionsValidator>()
            .Bind(settings.GetSection("Storage"), binder => binder.ErrorOnUnknownConfiguration = true);
    }
}
