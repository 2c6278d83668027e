using Handstamp.Mail;
using Handstamp.Server.Http;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets Handstamp send e-mail.</summary>
public static class HandstampMailExtensions
{
    /// <summary>
    /// Sends mails over SMTP (RFC 5321), or writes them into a directory, as the section <c>Mail</c> of the settings says. If
    /// that section has neither <c>Server</c> nor <c>Directory</c>, no mail is sent, and routes that need one refuse with
    /// <c>mail_not_configured</c>. Calling it again changes nothing. It does not connect: a mail server that cannot be
    /// reached delays mails, and nothing else.
    /// </summary>
    /// <param name="builder">The builder that <c>AddHandstamp</c> returned.</param>
    public static HandstampBuilder AddMail(this HandstampBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var settings = builder.Settings;
        builder.Services.AddOptionsWithValidateOnStart<MailOptions, MailOptionsValidator>()
            .Configure(options => settings.GetSection("Mail").WithDurations<MailOptions>(MailOptions.Times)
                .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        builder.Services.AddMailServices(settings);
        return builder;
    }
}
