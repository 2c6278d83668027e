using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>The services of the passkeys.</summary>
static class PasskeyServices
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.TryAddSingleton<RelyingParty>();
        services.TryAddSingleton<PasskeyCeremonies>();
        services.TryAddSingleton<CeremonyTickets>();
        services.TryAddSingleton<PasskeyOperations>();
        services.TryAddSingleton<PasskeyRoutes>();
        services.TryAddSingleton<WellKnownPasskeys>();
    }
}
