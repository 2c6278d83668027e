using System.Net;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>How many mails strangers can request. Nothing leaves: the mail server cannot be reached.</summary>
public sealed class MailRequestsTests
{
    const string Email = HandstampApp.Email;

    static readonly Origin By = MailCalls.Person;
    static readonly Origin Elsewhere = MailCalls.Person with { Address = IPAddress.Parse("198.51.100.7") };

    [Fact]
    public async Task Without_a_mail_server_nothing_is_requested()
    {
        await using var app = await HandstampApp.StartAsync();

        Assert.False(app.Get<MailRequests>().IsOn);
        Assert.Equal(Problems.MailNotConfigured, (await RequestAsync(app, Email))?.Problem);
        Assert.Empty(await WaitingAsync(app));
    }

    [Fact]
    public async Task A_request_waits_with_the_address_as_it_is_compared()
    {
        await using var app = await StartAsync();
        // Without an account there is nothing to send, and so nothing waits for long.
        await app.AddAccountAsync(Email);

        Assert.Null(await RequestAsync(app, "Ada@Example.com"));

        Assert.True(app.Get<MailRequests>().IsOn);
        var waiting = Assert.Single(await WaitingAsync(app));
        Assert.Equal(app.Clock.GetUtcNow(), waiting.Entry.CreatedAt);
        Assert.Equal(MailRequest.For(MailKind.LoginCode, "ADA@EXAMPLE.COM", By), MailRequest.Read(waiting.Entry.Payload));
    }

    [Fact]
    public async Task What_cannot_be_an_address_is_refused_and_does_not_count()
    {
        await using var app = await StartAsync(("Accounts:Throttle:NetworkMails", "1"));

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = (await RequestAsync(app, "ada"))!;
            Assert.Equal((Problems.InvalidRequest, "This is not a valid e-mail address.", "email"), (refused.Problem, refused.Detail, refused.Field));
        }

        Assert.Null(await RequestAsync(app, Email));
    }

    [Fact]
    public async Task An_address_has_so_many_mails_in_the_period_and_then_one_at_a_time()
    {
        await using var app = await StartAsync(("Accounts:Throttle:AddressMails", "2"), ("Accounts:Throttle:MailPeriod", "00:30:00"));
        for (var mail = 0; mail < 2; mail++) Assert.Null(await RequestAsync(app, Email));

        var refused = (await RequestAsync(app, "ADA@example.com", Elsewhere))!;
        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromMinutes(15)), (refused.Problem, refused.RetryAfter));
        Assert.Null(await RequestAsync(app, "eve@example.com"));
        app.Jump(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), (await RequestAsync(app, Email))?.RetryAfter);
        app.Jump(TimeSpan.FromMilliseconds(1));

        Assert.Null(await RequestAsync(app, Email));
        Assert.Equal(TimeSpan.FromMinutes(15), (await RequestAsync(app, Email))?.RetryAfter);
    }

    [Fact]
    public async Task A_network_has_so_many_mails_in_the_period_to_whatever_address()
    {
        await using var app = await StartAsync(("Accounts:Throttle:NetworkMails", "2"), ("Accounts:Throttle:MailPeriod", "00:30:00"));
        for (var mail = 0; mail < 2; mail++) Assert.Null(await RequestAsync(app, $"{mail}@example.com"));

        var refused = (await RequestAsync(app, Email))!;

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromMinutes(15)), (refused.Problem, refused.RetryAfter));
        Assert.Null(await RequestAsync(app, Email, Elsewhere));
        app.Jump(TimeSpan.FromMinutes(15));
        Assert.Null(await RequestAsync(app, Email));
    }

    [Fact]
    public async Task A_request_that_was_not_hashed_waits_for_nothing_and_does_not_count()
    {
        await using var app = await StartAsync(("Accounts:Throttle:AddressMails", "1"), ("Accounts:Throttle:NetworkMails", "1"));

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var refused = (await RequestAsync(app, Email, cancel: new CancellationToken(canceled: true)))!;
            Assert.Equal((Problems.ServerBusy, TimeSpan.FromSeconds(1)), (refused.Problem, refused.RetryAfter));
        }

        Assert.Empty(await WaitingAsync(app));
        Assert.Null(await RequestAsync(app, Email));
    }

    [Fact]
    public async Task When_ten_thousand_mails_wait_no_other_can_be_requested_and_the_attempt_does_not_count()
    {
        await using var app = await StartAsync(("Accounts:Throttle:AddressMails", "1"), ("Accounts:Throttle:NetworkMails", "2"));
        await app.AddAccountAsync(Email);
        await app.FillOutboxAsync(9_999);
        Assert.Null(await RequestAsync(app, Email));

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var refused = (await RequestAsync(app, "eve@example.com"))!;
            Assert.Equal((Problems.ServerBusy, TimeSpan.FromMinutes(1)), (refused.Problem, refused.RetryAfter));
        }
    }

    static async Task<HandstampApp> StartAsync(params (string Key, string Value)[] settings)
    {
        Dictionary<string, string?> all = new(SmtpServer.SettingsFor(SmtpServer.FreePort()));
        foreach (var (key, value) in settings) all[key] = value;
        return await HandstampApp.StartAsync(all);
    }

    static Task<Refusal?> RequestAsync(HandstampApp app, string email, Origin? by = null, CancellationToken cancel = default) =>
        app.Get<MailRequests>().RequestAsync(MailKind.LoginCode, email, by ?? By, cancel);

    static Task<IReadOnlyList<ListedEntry>> WaitingAsync(HandstampApp app) => app.Get<IOutboxStore>().ListAsync(null, 10, default);
}
