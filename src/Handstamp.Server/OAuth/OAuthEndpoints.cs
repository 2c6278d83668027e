using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.OAuth;

/// <summary>The standard routes, and the services behind them.</summary>
static class OAuthEndpoints
{
    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        var discovery = routes.ServiceProvider.GetRequiredService<Discovery>();
        routes.MapGet("/.well-known/openid-configuration", discovery.HandleAsync);
        routes.MapGet("/.well-known/oauth-authorization-server", discovery.HandleAsync);
        routes.MapPost("/oauth/introspect", routes.ServiceProvider.GetRequiredService<Introspect>().HandleAsync);
    }

    public static void AddOAuth(this IServiceCollection services)
    {
        services.TryAddSingleton<Discovery>();
        services.TryAddSingleton<Introspect>();
    }
}
