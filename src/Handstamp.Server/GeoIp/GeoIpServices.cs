using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.GeoIp;

/// <summary>The services that say where an address is.</summary>
static class GeoIpServices
{
    public static void AddGeoIp(this IServiceCollection services) => services.TryAddSingleton<Places>();
}
