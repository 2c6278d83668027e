using Handstamp.Mail;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;
using MimeKit;
using Xunit;

namespace Handstamp.Server.Tests.Mail;

public sealed class MailComposerTests
{
    [Theory]
    [InlineData(null, "en", "Choose a new password")]
    [InlineData("", "en", "Choose a new password")]
    [InlineData("fr-FR, fr;q=0.9", "en", "Choose a new password")]
    [InlineData("de-AT, en;q=0.5", "de", "Neues Passwort")]
    [InlineData("de;q=0.1, en;q=0.5", "en", "Choose a new password")]
    [InlineData("de;q=0, *", "en", "Choose a new password")]
    [InlineData("../../secret", "en", "Choose a new password")]
    public void A_mail_is_in_a_language_of_its_receiver(string? languages, string language, string subject)
    {
        var mail = Composer().Compose(Reset(languages));

        Assert.StartsWith(subject, mail.Subject, StringComparison.Ordinal);
        Assert.Equal(language, mail.Headers[HeaderId.ContentLanguage]);
        Assert.Contains($"<html lang=\"{language}\">", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_mail_has_all_its_texts_and_no_placeholder_is_left()
    {
        foreach (var kind in Enum.GetValues<MailKind>())
            foreach (var language in (string[])["en", "de"])
            {
                var mail = Composer().Compose(Reset(language, kind));
                Assert.Equal(language, mail.Headers[HeaderId.ContentLanguage]);
                foreach (var text in (string[])[mail.Subject!, mail.TextBody!, mail.HtmlBody!.Split("</style>")[1]])
                    Assert.DoesNotMatch(@"\{[a-z_]+\}", text);
                Assert.Contains("https://auth.example.com/reset?a=1&b=2", mail.TextBody, StringComparison.Ordinal);
                Assert.Contains("href=\"https://auth.example.com/reset?a=1&amp;b=2\"", mail.HtmlBody, StringComparison.Ordinal);
            }
    }

    [Fact]
    public void The_name_of_the_service_is_escaped_everywhere()
    {
        var mail = Composer(brand: new MailBrand("<b>\r\nBcc: eve@example.com</b> {link}", "#123456")).Compose(Reset());

        Assert.DoesNotContain("<b>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("background: #123456", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Empty(mail.Bcc);
        Assert.DoesNotContain('\n', mail.Subject!);
        Assert.EndsWith("{link}", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void The_operators_files_replace_ours_and_add_languages()
    {
        var folder = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "password_reset.en.txt"), "Ours\nGo on.\n\n[Here]({link})\n");
            File.WriteAllText(Path.Combine(folder.FullName, "password_reset.fr.txt"), "À nous\n\n[Ici]({link})\n");
            File.WriteAllText(Path.Combine(folder.FullName, "layout.html"), "<p>{service}</p>{body}");
            var composer = Composer(new MailOptions { From = "login@example.com", Templates = folder.FullName });

            var english = composer.Compose(Reset());
            Assert.Equal("Ours", english.Subject);
            Assert.StartsWith("<p>Example</p><p>Go on.</p>", english.HtmlBody, StringComparison.Ordinal);
            Assert.Equal("À nous", composer.Compose(Reset("fr")).Subject);
            Assert.StartsWith("Neues", composer.Compose(Reset("de")).Subject, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static OutgoingMail Reset(string? languages = null, MailKind kind = MailKind.PasswordReset) => new()
    {
        Id = Guid.Empty,
        Kind = kind,
        To = "ada@example.com",
        Languages = languages,
        At = DateTimeOffset.UnixEpoch,
        Link = "https://auth.example.com/reset?a=1&b=2",
        LinkExpiresAt = DateTimeOffset.UnixEpoch,
        Address = "192.0.2.7",
    };

    static MailComposer Composer(MailOptions? options = null, MailBrand? brand = null)
    {
        var settings = Options.Create(options ?? new MailOptions { From = "login@example.com" });
        return new MailComposer(
            new MailTemplates(settings), brand ?? new MailBrand("Example", null), settings, Options.Create(new HandstampOptions { Issuer = HandstampApp.Issuer }));
    }
}
