using Handstamp.Host.Settings;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>Adds the orderly stop, with the time that the settings allow.</summary>
static class OrderlyStopServices
{
    public static void AddOrderlyStop(this IServiceCollection services)
    {
        services.AddHostedService<OrderlyStop>();
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = shutdown.Value.DrainDelay + shutdown.Value.Timeout);
    }
}
