using Handstamp.Server.Http;
using Handstamp.Server.SignIn.Former;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.SignIn;

/// <summary>The services of signing in.</summary>
static class SignInServices
{
    public static void AddSignIn(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, PasswordFactor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, MailCodeFactor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, MailLinkFactor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, TotpFactor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, RecoveryCodeFactor>());
        services.TryAddSingleton<PasskeyFactor>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, PasskeyFactor>(provider => provider.GetRequiredService<PasskeyFactor>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, RestoreFactor>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFactor, FormerTokenFactor>());
        services.TryAddSingleton<SessionCallback>();
        services.TryAddSingleton<FormerSessions>();
        services.TryAddSingleton<LoginFormer>();
        services.TryAddSingleton<SignInAttempts>();
        services.TryAddSingleton<LoginRoute>();
        services.TryAddSingleton<Login>();
        services.TryAddSingleton<LoginMfa>();
        services.TryAddSingleton<LoginByMail>();
        services.TryAddSingleton<EnrolAtLogin>();
        services.TryAddSingleton<LoginRestore>();
        services.TryAddSingleton<ReauthenticationOperations>();
        services.TryAddSingleton<Reauthenticate>();
        services.TryAddSingleton<PasskeyLogin>();
        services.TryAddSingleton<DeviceCookie>();
        services.TryAddSingleton<ChallengeGate>();
        services.TryAddSingleton<IChallengeGate>(provider => provider.GetRequiredService<ChallengeGate>());
        services.TryAddSingleton<BrowserCookie>();
        services.TryAddSingleton<BrowserSession>();
    }
}
