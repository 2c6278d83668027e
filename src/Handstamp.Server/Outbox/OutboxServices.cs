using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Outbox;

/// <summary>The services of the outbox.</summary>
static class OutboxServices
{
    /// <summary>The store and the clock have to be registered.</summary>
    public static void AddOutbox(this IServiceCollection services)
    {
        services.TryAddSingleton<OutboxDelivery>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDelivery>());
        services.AddHostedService<OutboxSweeper>();
    }
}
