using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Audit;

/// <summary>The services of the audit trail.</summary>
static class AuditServices
{
    /// <summary>The stores, the telemetry and the clock have to be registered; the caller binds the settings.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddTrail();
        services.TryAddSingleton<EventReader>();
        services.TryAddSingleton<EventSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<EventSweeper>());
    }

    /// <summary>What makes changes known. Nothing here reads events or deletes them.</summary>
    public static void AddTrail(this IServiceCollection services)
    {
        services.TryAddSingleton<RefusalTally>();
        services.TryAddSingleton<AuditTrail>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusalTally>());
    }
}
