using System.Net;
using Handstamp.Server.Outbox;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Mail;

public sealed class SmtpMailSenderTests
{
    [Fact]
    public async Task A_mail_is_sent_with_the_login_of_the_server()
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), "auth=handstamp:a secret");
        await using var app = await HandstampApp.StartAsync(new(server.Settings) { ["Mail:UserName"] = "handstamp", ["Mail:Password"] = "a secret" });
        await app.RegisterAsync();

        await ForgetAsync(app);

        await Eventually.TrueAsync(() => server.Received.Count == 1, "the mail arrives");
        var mail = server.Received.Single();
        Assert.Equal(("login@example.com", "handstamp"), (mail.From, mail.User));
        Assert.Equal([HandstampApp.Email], mail.To);
        Assert.Contains("Subject: Choose a new password for Handstamp", mail.Content, StringComparison.Ordinal);
        Assert.EndsWith("@auth.example.com", mail.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_for_the_mail_server_is_reported_in_the_log_and_not_shown()
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), "auth=handstamp:a secret");
        await using var app = await HandstampApp.StartAsync(new(server.Settings) { ["Mail:UserName"] = "handstamp", ["Mail:Password"] = "another secret" });
        await app.RegisterAsync();

        await ForgetAsync(app);

        await Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Contains("refused the user or the password", StringComparison.Ordinal)), "it is logged");
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("another secret", StringComparison.Ordinal));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task While_the_mail_server_is_unavailable_no_request_fails_and_every_mail_arrives_once()
    {
        var port = SmtpServer.FreePort();
        await using var app = await HandstampApp.StartAsync(SmtpServer.SettingsFor(port));
        string[] people = ["ada@example.com", "bob@example.com", "eve@example.com"];
        foreach (var email in people) await app.RegisterAsync(email);
        foreach (var email in people) await ForgetAsync(app, email);
        await Eventually.TrueAsync(() => Failures(app) >= people.Length, "each was tried");

        using var server = await SmtpServer.StartAsync(port);

        await Eventually.TrueAsync(() => server.Received.Count == people.Length, "all arrive", nudge: () => app.Clock.Advance(TimeSpan.FromSeconds(10)));
        Assert.Equal(people, server.Received.Select(mail => mail.To.Single()).Order());
        // The service stops after it has recorded what it has begun.
        await app.Get<OutboxDelivery>().StopAsync(TestContext.Current.CancellationToken);
        Assert.Null(await app.Get<IOutboxStore>().LeaseAsync(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task A_mail_whose_acceptance_was_lost_is_sent_again_with_the_same_id()
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), "lose=1");
        await using var app = await HandstampApp.StartAsync(server.Settings);
        await app.RegisterAsync();

        await ForgetAsync(app);

        await Eventually.TrueAsync(() => server.Received.Count == 2, "it is sent again", nudge: () => app.Clock.Advance(TimeSpan.FromSeconds(10)));
        Assert.Single(server.Received.Select(mail => mail.MessageId).Distinct());
    }

    [Theory]
    [InlineData("550 No such user", true)]
    [InlineData("450 Try later", false)]
    public async Task A_mail_that_is_refused_for_good_is_given_up_and_others_are_retried(string answer, bool isFinal)
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), $"refuse={answer}");
        await using var app = await HandstampApp.StartAsync(server.Settings);
        await app.RegisterAsync("refused@example.com");

        await ForgetAsync(app, "refused@example.com");

        var outcome = isFinal ? "was given up after 1 attempts" : "The next attempt is at";
        await Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Contains(outcome, StringComparison.Ordinal)), outcome);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("refused@example.com", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a,b@example.com", "cannot be written into a mail", new string[0])]
    [InlineData(HandstampApp.Email, "The mail server requires a login", new[] { "auth=handstamp:a secret" })]
    public async Task A_fault_that_a_retry_cannot_fix_is_logged_without_the_address(string email, string reason, string[] options)
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), options);
        await using var app = await HandstampApp.StartAsync(server.Settings);
        await app.RegisterAsync(email);

        await ForgetAsync(app, email);

        await Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Contains(reason, StringComparison.Ordinal)), reason);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(email, StringComparison.Ordinal) || line.Contains("channel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_with_an_untrusted_certificate_gets_no_mail()
    {
        using var folder = new Certificate();
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), $"tls={folder.CertificateFile},{folder.KeyFile}");
        await using var app = await HandstampApp.StartAsync(server.Settings);
        await app.RegisterAsync();

        await ForgetAsync(app);

        await Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Contains("could not be encrypted", StringComparison.Ordinal)), "it is logged");
        Assert.Empty(server.Received);
    }

    static int Failures(HandstampApp app) =>
        app.Logs.Lines.Count(line => line.Contains("could not be reached", StringComparison.Ordinal));

    static async Task ForgetAsync(HandstampApp app, string email = HandstampApp.Email)
    {
        using var answer = await app.PostAsync("/password/forgot", new { email });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
