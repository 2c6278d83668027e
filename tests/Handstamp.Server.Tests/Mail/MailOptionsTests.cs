using Handstamp.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Mail;

public sealed class MailOptionsTests
{
    [Theory]
    [InlineData("smtp://mail.example.com", "mail.example.com", 587, "StartTls")]
    [InlineData("smtp://mail.example.com:25/", "mail.example.com", 25, "StartTls")]
    [InlineData("smtps://mail.example.com", "mail.example.com", 465, "SslOnConnect")]
    [InlineData("smtp://localhost:2525", "localhost", 2525, "StartTlsWhenAvailable")]
    [InlineData("smtp://127.0.0.2:2525", "127.0.0.2", 2525, "StartTlsWhenAvailable")]
    [InlineData("smtp://[::1]:2525", "[::1]", 2525, "StartTlsWhenAvailable")]
    public void A_connection_may_be_unencrypted_only_on_this_machine(string url, string host, int port, string encryption)
    {
        Assert.True(MailServer.TryParse(url, out var server));
        Assert.Equal((host, port, encryption), (server.Host, server.Port, server.Encryption.ToString()));
    }

    [Theory]
    [InlineData("mail.example.com")]
    [InlineData("http://mail.example.com")]
    [InlineData("smtp://")]
    [InlineData("smtp://user:password@mail.example.com")]
    [InlineData("smtp://mail.example.com/path")]
    [InlineData("smtp://mail.example.com?tls=no")]
    public void Any_other_value_is_refused_and_not_repeated(string url)
    {
        var fault = Assert.Single(Faults(new() { Server = url, From = "login@example.com" }));
        Assert.StartsWith("Mail:Server has to be", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_named()
    {
        Assert.Equal(["Mail:Server and Mail:Directory are both set. Mails go to one of them."],
            Faults(new() { Server = "smtp://localhost", Directory = "/tmp", From = "login@example.com" }));
        Assert.StartsWith("Mail:Password is set", Assert.Single(Faults(new() { Password = "password" })), StringComparison.Ordinal);
        // Commands send nothing, so they do not need the password.
        Assert.Empty(Faults(new() { UserName = "user" }));
        Assert.StartsWith("Mail:From is missing", Assert.Single(Faults(new() { Server = "smtp://localhost" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:From is 'nobody'", Assert.Single(Faults(new() { From = "nobody" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:Templates is", Assert.Single(Faults(new() { Templates = "/nowhere" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:Timeout is", Assert.Single(Faults(new() { Timeout = TimeSpan.FromMinutes(5) })), StringComparison.Ordinal);
        Assert.Empty(Faults(new()));
    }

    [Theory]
    [InlineData("password_reset.fr.txt", "Sujet\n\n[Ici]({link})", null)]
    [InlineData("layout.html", "<style>a { color: {color} }</style>{body}", null)]
    [InlineData("pasword_reset.fr.txt", "Sujet\n\n[Ici]({link})", "pasword_reset.fr.txt is no name of a mail.")]
    [InlineData("password_reset.FR.txt", "Sujet\n\n[Ici]({link})", "password_reset.FR.txt is no name of a mail.")]
    [InlineData("password_reset.fr.txt", "", "password_reset.fr.txt lacks the placeholder {link}.")]
    [InlineData("password_reset.fr.txt", "{servce}\n\n[Ici]({link})", "password_reset.fr.txt has the unknown placeholder {servce}.")]
    [InlineData("layout.html", "<p>hi</p>", "layout.html lacks the placeholder {body}.")]
    public void An_unusable_text_stops_the_start(string file, string text, string? fault)
    {
        var folder = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, file), text);
            var faults = Faults(new() { Templates = folder.FullName }).ToList();
            if (fault is null) Assert.Empty(faults);
            else Assert.StartsWith($"Mail:Templates: {fault}", Assert.Single(faults), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static IEnumerable<string> Faults(MailOptions options) => new MailOptionsValidator().Validate(null, options).Failures ?? [];
}
