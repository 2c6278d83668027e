using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.OAuth;

/// <summary>The standard routes.</summary>
static class OAuthEndpoints
{
    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        var discovery = routes.ServiceProvider.GetRequiredService<Discovery>();
        routes.MapGet("/.well-known/openid-configuration", discovery.HandleAsync);
        routes.MapGet("/.well-known/oauth-authorization-server", discovery.HandleAsync);
        routes.MapPost("/oauth/introspect", routes.ServiceProvider.GetRequiredService<Introspect>().HandleAsync);
    }
}
