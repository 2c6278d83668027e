using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Keys;

/// <summary>The route of the public keys.</summary>
static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/.well-known/jwks.json", routes.ServiceProvider.GetRequiredService<Jwks>().HandleAsync);
}
