using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Clients;

/// <summary>The services of the clients and resource servers. The store comes with the database.</summary>
static class ClientServices
{
    public static void AddClients(this IServiceCollection services)
    {
        services.TryAddSingleton<ResourceServerOperations>();
        services.TryAddSingleton<ResourceServerGate>();
    }
}
