using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Audit;

/// <summary>The services of the audit trail.</summary>
static class AuditServices
{
    /// <summary>The stores, the telemetry and the clock have to be registered; the caller binds the settings.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton<RefusalTally>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<EventReader>();
        services.TryAddSingleton<EventSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusalTally>());
        services.AddHostedService(provider => provider.GetRequiredService<EventSweeper>());
    }
}
