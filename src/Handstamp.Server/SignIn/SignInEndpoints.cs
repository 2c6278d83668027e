using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.SignIn;

/// <summary>The routes of signing in, and the services behind them.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/login", routes.ServiceProvider.GetRequiredService<Login>().HandleAsync);

    public static void AddSignIn(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, PasswordFactor>());
        services.TryAddSingleton<SignInAttempts>();
        services.TryAddSingleton<Login>();
        services.TryAddSingleton<BrowserCookie>();
        services.TryAddSingleton<BrowserSession>();
    }
}
