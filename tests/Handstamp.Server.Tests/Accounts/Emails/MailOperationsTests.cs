using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What an operator sees of the mails.</summary>
public sealed class MailOperationsTests
{
    [Fact]
    public async Task A_mail_that_was_given_up_is_seen_and_sent_again()
    {
        var port = SmtpServer.FreePort();
        await using var app = await HandstampApp.StartAsync(SmtpServer.SettingsFor(port));
        await app.RegisterAsync();
        using (await SmtpServer.StartAsync(port, "refuse=550 No such user"))
        {
            // Only the address "refused@" is refused by the server of the tests.
            await app.RegisterAsync("refused@example.com");
            using var answer = await app.PostAsync("/password/forgot", new { email = "refused@example.com" });
            await Eventually.TrueAsync(async () => (await ListAsync(app)) is [{ GivenUpAt: not null }], "it is given up");
        }
        var mail = (await ListAsync(app))[0];
        Assert.Equal((MailKind.PasswordReset, "refused@example.com", 1, null), (mail.Kind, mail.Receiver, mail.Attempts, mail.DueAt));
        // Without what the server has said: it may name the address, or a part of the mail.
        Assert.Equal("The mail server answered 550 (RecipientNotAccepted).", mail.Failure);

        using var server = await SmtpServer.StartAsync(port);
        Assert.True(await app.Get<MailOperations>().RetryAsync(mail.Id, Origin.Operator));

        await Eventually.TrueAsync(() => server.Received.Count == 1, "it arrives");
        await Eventually.TrueAsync(async () => (await ListAsync(app)).Count == 0, "nothing waits");
        Assert.False(await app.Get<MailOperations>().RetryAsync(mail.Id, Origin.Operator));
        var trail = (await app.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;
        Assert.Contains(trail, done => done is { Kind: EventKind.MailRetried, By.Actor.Kind: ActorKind.Operator } && done.Detail == mail.Id.ToString());
    }

    [Fact]
    public async Task A_mail_that_is_sent_again_is_logged()
    {
        await using var app = await HandstampApp.StartAsync();
        // Due tomorrow, so that the service does not take it before.
        var (outbox, tomorrow) = (app.Get<IOutboxStore>(), app.Clock.GetUtcNow().AddDays(1));
        var entry = MailRequest.For(MailKind.PasswordReset, "ADA@EXAMPLE.COM", MailCalls.Person).ToEntry(tomorrow);
        Assert.True(await outbox.TryAddAsync(entry, 100));
        Assert.True(await outbox.GiveUpAsync((await outbox.LeaseAsync(tomorrow, tomorrow.AddHours(1)))!, tomorrow, "There is nobody."));

        Assert.True(await app.Get<MailOperations>().RetryAsync(entry.Id, Origin.Operator));

        Assert.Single(app.Logs.Of(6500), line => line.Contains($"mail.retried: -, account -, session -, {entry.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_mail_is_sent_at_once_and_the_server_s_answer_is_shown()
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort());
        await using var app = await HandstampApp.StartAsync(server.Settings);

        var answer = await app.Get<MailOperations>().TestAsync("ada@example.com", default);

        Assert.NotEmpty(answer);
        await Eventually.TrueAsync(() => server.Received.Count == 1, "it arrives");
        Assert.Empty(await ListAsync(app));
    }

    [Theory]
    [InlineData("refused@example.com", "The mail server answered 550 (RecipientNotAccepted).")]
    [InlineData("ada", "This is not a valid e-mail address.")]
    public async Task A_test_mail_that_is_not_accepted_says_why(string address, string reason)
    {
        using var server = await SmtpServer.StartAsync(SmtpServer.FreePort(), "refuse=550 No such user");
        await using var app = await HandstampApp.StartAsync(server.Settings);

        var fault = await Assert.ThrowsAsync<DeliveryException>(() => app.Get<MailOperations>().TestAsync(address, default));

        Assert.Equal(reason, fault.Message);
    }

    static Task<IReadOnlyList<WaitingMail>> ListAsync(HandstampApp app) => app.Get<MailOperations>().ListAsync(null, 10, default);
}
