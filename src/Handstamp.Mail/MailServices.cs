using Handstamp.Server.Accounts.Emails;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Mail;

/// <summary>The services of the mails.</summary>
static class MailServices
{
    /// <summary>The service has to be registered; the caller binds the settings.</summary>
    public static void AddMailServices(this IServiceCollection services, IConfiguration settings)
    {
        services.TryAddSingleton(new MailBrand(settings["Pages:Name"], settings["Pages:AccentColor"]));
        services.TryAddSingleton<MailTemplates>();
        services.TryAddSingleton<MailComposer>();
        if (settings["Mail:Server"] is not null) services.TryAddEnumerable(ServiceDescriptor.Singleton<IMailSender, SmtpMailSender>());
        else if (settings["Mail:Directory"] is not null)
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IMailSender, DirectoryMailSender>());
    }
}
