using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.OAuth;

/// <summary>The standard routes.</summary>
static class OAuthEndpoints
{
    /// <summary>Everything below it is requested by OAuth clients, so unknown addresses are refused in OAuth's format, too.</summary>
    public const string Root = "/oauth";

    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var discovery = services.GetRequiredService<Discovery>();
        routes.MapGet("/.well-known/openid-configuration", discovery.HandleAsync);
        routes.MapGet("/.well-known/oauth-authorization-server", discovery.HandleAsync);

        var oauth = routes.MapGroup(Root).WithMetadata(services.GetRequiredService<OAuthErrorWriter>());
        oauth.MapPost("/introspect", services.GetRequiredService<Introspect>().HandleAsync);
    }
}
