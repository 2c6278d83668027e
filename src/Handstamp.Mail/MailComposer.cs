using System.Globalization;
using System.Text.Encodings.Web;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Handstamp.Mail;

/// <summary>Makes the message of a mail: its text as plain text and as HTML.</summary>
sealed class MailComposer(MailTemplates templates, MailBrand brand, IOptions<MailOptions> options, IOptions<HandstampOptions> service)
{
    public MimeMessage Compose(OutgoingMail mail)
    {
        var (language, template) = templates.Find(mail.Kind, mail.Languages);
        var values = ValuesOf(mail);
        var subject = template.Subject(values);
        var message = new MimeMessage
        {
            // The same at each attempt, so that a mail program can recognize a repeated mail.
            MessageId = $"{mail.Id:D}@{new Uri(service.Value.Issuer).Host}",
            Date = mail.At,
            Subject = subject,
            Body = new MultipartAlternative
            {
                new TextPart("plain") { Text = template.Text(values) },
                new TextPart("html") { Text = Html(template, values, subject, language) },
            },
        };
        message.From.Add(Sender());
        message.To.Add(Receiver(mail.To));
        message.Headers.Add(HeaderId.ContentLanguage, language);
        // RFC 3834 §5: programs send no automatic answer to it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    string Html(MailTemplate template, Dictionary<string, string> values, string subject, string language)
    {
        var body = template.Html(values);
        var around = new Dictionary<string, string>
        {
            ["language"] = language,
            ["title"] = Encoded(subject),
            ["service"] = Encoded(brand.Name),
            ["color"] = brand.Color,
            ["body"] = body,
        };
        return MailTemplate.Filled(templates.Layout, around, value => value);
    }

    Dictionary<string, string> ValuesOf(OutgoingMail mail) => new(StringComparer.Ordinal)
    {
        ["service"] = brand.Name,
        ["link"] = mail.Link,
        ["code"] = mail.Code ?? "–",
        ["expires"] = Shown(mail.LinkExpiresAt),
        ["time"] = Shown(mail.At),
        ["address"] = mail.Address ?? "–",
    };

    // Some texts that are accepted as an address cannot be written into a mail (RFC 5322 §3.4.1).
    static MailboxAddress Receiver(string address)
    {
        try
        {
            return new MailboxAddress("", address);
        }
        catch (ParseException fault)
        {
            throw new DeliveryException("The address cannot be written into a mail.", fault) { IsPermanent = true };
        }
    }

    MailboxAddress Sender()
    {
        var sender = MailboxAddress.Parse(options.Value.From!);
        if (string.IsNullOrEmpty(sender.Name)) sender.Name = brand.Name;
        return sender;
    }

    static string Encoded(string text) => HtmlEncoder.Default.Encode(text);

    static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
