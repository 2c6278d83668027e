using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Keys;

/// <summary>The services of the key ring.</summary>
static class KeyServices
{
    public static void AddKeys(this IServiceCollection services)
    {
        services.TryAddSingleton<MasterKeySource>();
        services.TryAddSingleton<RevokedKeys>();
        services.TryAddSingleton<MasterKeyChange>();
        services.TryAddSingleton<KeyRingService>();
        services.TryAddSingleton<KeyOperations>();
        services.TryAddSingleton<UnknownKeys>();
        services.TryAddSingleton<Jwks>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRingService>());
    }
}
