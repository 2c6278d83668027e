using Handstamp.Server.Accounts.Export;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.ExternalLogins;

/// <summary>The services of external logins.</summary>
static class ExternalLoginServices
{
    /// <summary>The store, the accounts and the sign-in have to be registered; the caller binds the settings.</summary>
    public static void AddExternalLogins(this IServiceCollection services)
    {
        services.TryAddSingleton<ExternalProviders>();
        services.TryAddSingleton<Ceremonies>();
        services.TryAddSingleton<ExternalVisits>();
        services.TryAddSingleton<ExternalAccounts>();
        services.TryAddSingleton<ExternalLoginOperations>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, ExternalFactor>());
        services.TryAddSingleton<LoginExternal>();
        services.TryAddSingleton<OwnExternalLogins>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPersonalData, ExternalLoginData>());
    }
}
