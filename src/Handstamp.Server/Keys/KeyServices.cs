using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Keys;

/// <summary>The services of the key ring.</summary>
static class KeyServices
{
    public static void AddKeys(this IServiceCollection services)
    {
        services.AddKeyRing();
        services.TryAddSingleton<MasterKeyChange>();
        services.TryAddSingleton<KeyOperations>();
    }

    /// <summary>The ring itself, without what operators do to it.</summary>
    public static void AddKeyRing(this IServiceCollection services)
    {
        services.TryAddSingleton<MasterKeySource>();
        services.TryAddSingleton<RevokedKeys>();
        services.TryAddSingleton<KeyRingService>();
        services.TryAddSingleton<UnknownKeys>();
        services.TryAddSingleton<Jwks>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRingService>());
    }
}
