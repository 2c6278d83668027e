using Handstamp.Server.Http;
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
        var services = routes.ServiceProvider;
        var discovery = services.GetRequiredService<Discovery>();
        routes.MapGet("/.well-known/openid-configuration", discovery.HandleAsync);
        routes.MapGet("/.well-known/oauth-authorization-server", discovery.HandleAsync);

        var oauth = routes.MapGroup("/oauth").WithMetadata(services.GetRequiredService<OAuthErrorWriter>());
        oauth.MapPost("/introspect", services.GetRequiredService<Introspect>().HandleAsync);
    }

    public static void AddOAuth(this IServiceCollection services)
    {
        services.TryAddSingleton<OAuthErrorWriter>();
        services.TryAddSingleton<Discovery>();
        services.TryAddSingleton<Introspect>();
    }
}
