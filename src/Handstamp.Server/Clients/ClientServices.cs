using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Clients;

/// <summary>The services of the clients and resource servers. The database registers the store.</summary>
static class ClientServices
{
    public static void AddClients(this IServiceCollection services)
    {
        services.TryAddSingleton<ResourceServerOperations>();
        services.TryAddSingleton<ResourceServerGate>();
    }
}
