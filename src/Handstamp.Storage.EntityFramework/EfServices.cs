using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.Storage.EntityFramework.Audit;
using Handstamp.Storage.EntityFramework.Clients;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Keys;
using Handstamp.Storage.EntityFramework.Sessions;
using Handstamp.Storage.EntityFramework.Sessions.Dpop;
using Handstamp.Storage.EntityFramework.Sessions.Feed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Storage.EntityFramework;

/// <summary>The stores on a context of the app. Who the users are is registered apart from them.</summary>
static class EfServices
{
    public static void AddEfStores(this IServiceCollection services, Type context)
    {
        services.TryAddSingleton(provider => new SessionDatabase(context, provider.GetRequiredService<IServiceScopeFactory>()));
        services.TryAddSingleton<IStorage, EfStorage>();
        // Other nodes find changes by polling.
        services.TryAddSingleton<INodes, SingleNode>();
        services.TryAddSingleton<IEventStore, LoggedEvents>();
        services.TryAddSingleton<IKeyStore, EfKeyStore>();
        services.TryAddSingleton<ISessionStore, EfSessionStore>();
        services.TryAddSingleton<IRevocationLog, EfRevocationLog>();
        services.TryAddSingleton<IProofStore, EfProofStore>();
        services.TryAddSingleton<IResourceServerStore, EfResourceServerStore>();
    }
}
