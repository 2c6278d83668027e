using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Keys;

/// <summary>The route of the public keys, and the services of the ring.</summary>
static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/.well-known/jwks.json", routes.ServiceProvider.GetRequiredService<Jwks>().HandleAsync);

    public static void AddKeys(this IServiceCollection services)
    {
        services.TryAddSingleton<MasterKeySource>();
        services.TryAddSingleton<RevokedKeys>();
        services.TryAddSingleton<MasterKeyChange>();
        services.TryAddSingleton<KeyRingService>();
        services.TryAddSingleton<UnknownKeys>();
        services.TryAddSingleton<Jwks>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRingService>());
    }
}
