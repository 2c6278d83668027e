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
    public void Only_on_this_machine_a_connection_may_be_plain(string url, string host, int port, string encryption)
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
    public void All_else_is_no_mail_server_and_is_not_repeated(string url)
    {
        var fault = Assert.Single(Faults(new() { Server = url, From = "login@example.com" }));
        Assert.StartsWith("Mail:Server has to be", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_together_is_named()
    {
        Assert.Equal(["Mail:Server and Mail:Directory are both set. Mails go to one of them."],
            Faults(new() { Server = "smtp://localhost", Directory = "/tmp", From = "login@example.com" }));
        Assert.StartsWith("Mail:UserName and Mail:Password", Assert.Single(Faults(new() { UserName = "user" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:From is missing", Assert.Single(Faults(new() { Server = "smtp://localhost" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:From is 'nobody'", Assert.Single(Faults(new() { From = "nobody" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:Templates is", Assert.Single(Faults(new() { Templates = "/nowhere" })), StringComparison.Ordinal);
        Assert.StartsWith("Mail:Timeout is", Assert.Single(Faults(new() { Timeout = TimeSpan.FromMinutes(5) })), StringComparison.Ordinal);
        Assert.Empty(Faults(new()));
    }

    static IEnumerable<string> Faults(MailOptions options) => new MailOptionsValidator().Validate(null, options).Failures ?? [];
}
