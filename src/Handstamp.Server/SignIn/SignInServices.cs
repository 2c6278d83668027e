using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.SignIn;

/// <summary>The services of signing in.</summary>
static class SignInServices
{
    public static void AddSignIn(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, PasswordFactor>());
        services.TryAddSingleton<SignInAttempts>();
        services.TryAddSingleton<LoginRoute>();
        services.TryAddSingleton<Login>();
        services.TryAddSingleton<LoginMfa>();
        services.TryAddSingleton<BrowserCookie>();
        services.TryAddSingleton<BrowserSession>();
    }
}
