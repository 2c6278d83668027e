using Handstamp.Server;
using Handstamp.Server.Http;
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
        services.TryAddSingleton<DeletionPages>();
        services.TryAddSingleton<ProfilePage>();
        services.TryAddSingleton<UsernamePage>();
        services.TryAddSingleton<ActivityPage>();
        services.TryAddSingleton<SecondFactorPage>();
        services.TryAddSingleton<LoginPage>();
        services.TryAddSingleton<ExternalCookie>();
        services.TryAddSingleton<ExternalPage>();
        services.TryAddSingleton<RegisterPage>();
        services.TryAddSingleton<InvitationPage>();
        services.TryAddSingleton<TermsPage>();
        services.TryAddSingleton<ForgotPage>();
        services.TryAddSingleton<ResetPage>();
        services.TryAddSingleton<MailForms>();
        services.TryAddSingleton<VerifyPages>();
        services.TryAddSingleton<MailLoginPages>();
        services.TryAddSingleton<EmailPages>();
        services.TryAddSingleton<AccountPage>();
        services.TryAddSingleton<DevicePage>();
        services.TryAddSingleton<ConfirmPage>();
        services.TryAddSingleton<PasswordPage>();
        services.TryAddSingleton<FactorsPage>();
        services.TryAddSingleton<LogoutPage>();
        services.TryAddSingleton<PasskeysPage>();
        services.TryAddSingleton<ConditionalPasskeyPage>();
        services.TryAddSingleton<PasskeyLoginPage>();
        services.TryAddSingleton<IDocumentPage, DocumentPage>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAddedPart, Part>());
    }

    sealed class Part : IAddedPart
    {
        public void Map(IEndpointRouteBuilder routes) => routes.MapPages();
    }
}
