using Handstamp.Server;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.OAuth;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Issuer;

/// <summary>The parts of the service that sessions need when the app has the users: the keys, the sessions, the feed.</summary>
static class IssuerServices
{
    public static void AddIssuer(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Telemetry>();
        services.AddMetrics();
        services.AddCors();
        services.AddSettings();
        // First among the hosted services: the others find an open database and ring.
        services.AddHostedService<DataDirectory>();
        services.AddHostedService<HandstampStartup>();
        services.TryAddSingleton<ProblemWriter>();
        services.TryAddSingleton<Edge>();
        services.AddTrail();
        services.AddKeyRing();
        services.AddClients();
        services.AddSessionEngine();
        services.TryAddSingleton<IReuseNotices, NoReuseNotices>();
        services.AddOAuth();
        services.TryAddSingleton(provider => new HandstampApis(provider.GetRequiredService<ResourceServerOperations>()));
    }

    static void AddSettings(this IServiceCollection services)
    {
        services.TryAddSingleton<IssuerSettings>();
        services.AddSetting<HandstampOptions, HandstampOptionsValidator>();
        services.AddSetting<SessionOptions, SessionOptionsValidator>();
        services.AddSetting<KeyOptions, KeyOptionsValidator>();
        services.AddSetting<StorageOptions, StorageOptionsValidator>();
    }

    static void AddSetting<TOptions, TValidator>(this IServiceCollection services)
        where TOptions : class where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptionsWithValidateOnStart<TOptions, TValidator>();
        services.AddSingleton(provider => (IConfigureOptions<TOptions>)(object)provider.GetRequiredService<IssuerSettings>());
    }
}
