using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.OAuth;

/// <summary>The services of the standard routes.</summary>
static class OAuthServices
{
    public static void AddOAuth(this IServiceCollection services)
    {
        services.TryAddSingleton<OAuthErrorWriter>();
        services.TryAddSingleton<Discovery>();
        services.TryAddSingleton<Introspect>();
    }
}
