using Handstamp.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Pages;

/// <summary>The services of the pages.</summary>
static class PageServices
{
    /// <summary>The service has to be registered; the caller binds the settings.</summary>
    public static void AddPageServices(this IServiceCollection services)
    {
        services.TryAddSingleton<Brand>();
        services.TryAddSingleton<Languages>();
        services.TryAddSingleton<PageLinks>();
        services.TryAddSingleton<PageWriter>();
        services.TryAddSingleton<PageSession>();
        services.TryAddSingleton<VisitCookie>();
        services.TryAddSingleton<FormTokens>();
        services.TryAddSingleton<FormGate>();
        services.TryAddSingleton<OwnDevices>();
        services.TryAddSingleton<SecondFactorPage>();
        services.TryAddSingleton<LoginPage>();
        services.TryAddSingleton<RegisterPage>();
        services.TryAddSingleton<ForgotPage>();
        services.TryAddSingleton<ResetPage>();
        services.TryAddSingleton<AccountPage>();
        services.TryAddSingleton<DevicePage>();
        services.TryAddSingleton<PasswordPage>();
        services.TryAddSingleton<LogoutPage>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAddedPart, Part>());
    }

    sealed class Part : IAddedPart
    {
        public void Map(IEndpointRouteBuilder routes) => routes.MapPages();
    }
}
