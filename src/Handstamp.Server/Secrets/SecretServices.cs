using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Secrets;

/// <summary>The services of the secrets.</summary>
static class SecretServices
{
    /// <summary>The store, the key ring and the clock have to be registered.</summary>
    public static void AddSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton<SingleUseSecrets>();
        services.AddHostedService<SecretSweeper>();
    }
}
