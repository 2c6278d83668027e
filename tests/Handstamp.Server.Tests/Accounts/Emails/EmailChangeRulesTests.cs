using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>Which changes of an address can be requested, how many, and what is recorded of them.</summary>
public sealed class EmailChangeRulesTests
{
    const string Old = "Ada@Example.com";
    const string New = "Ada.New@example.com";

    static readonly Origin By = MailCalls.Person;

    [Fact]
    public async Task Without_mails_no_address_changes()
    {
        await using var app = await HandstampApp.StartAsync();
        var account = await app.AddAccountAsync(Old);

        Assert.False(app.Get<EmailChangeOperations>().IsOn);
        Assert.Equal(Problems.MailNotConfigured, (await app.Get<EmailChangeOperations>().RequestAsync(account.Id, New, By, default))?.Problem);
    }

    [Theory]
    [InlineData("ada", "invalid_request", "This is not a valid e-mail address.", "email")]
    [InlineData("ada@evil.example", "email_domain_not_allowed", null, null)]
    [InlineData(Old, "invalid_request", "This already is the e-mail address of the account.", null)]
    public async Task An_address_that_the_account_cannot_have_is_refused_and_not_recorded(string address, string problem, string? sentence, string? field)
    {
        await using var email = await EmailApp.StartAsync(("Accounts:RefusedMailDomains:0", "evil.example"));
        var account = await email.App.AddAccountAsync(Old);

        var refused = (await RequestAsync(email, account.Id, address))!;

        Assert.Equal((problem, sentence, field), (refused.Problem.Code, refused.Detail, refused.Field));
        Assert.Empty(await email.App.RefusalsAsync());
        await email.IsSentAsync();
        Assert.Empty(email.Mails);
    }

    [Fact]
    public async Task An_account_that_is_gone_or_has_no_address_changes_none()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Identifier.OfUsername("ada"));

        var without = (await RequestAsync(email, account.Id, New))!;
        var gone = (await RequestAsync(email, Guid.CreateVersion7(), New))!;

        Assert.True(email.App.Get<EmailChangeOperations>().IsOn);
        Assert.Equal((Problems.InvalidRequest, "This account has no e-mail address."), (without.Problem, without.Detail));
        Assert.Equal(Problems.SessionRevoked, gone.Problem);
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task The_request_that_waits_names_the_account_as_it_was_and_the_new_address_as_it_was_written()
    {
        await using var app = await HandstampApp.StartAsync(SmtpServer.SettingsFor(SmtpServer.FreePort()));
        var account = await app.AddAccountAsync(Old);

        Assert.Null(await app.Get<EmailChangeOperations>().RequestAsync(account.Id, New, By, default));

        var waiting = Assert.Single(await app.Get<IOutboxStore>().ListAsync(null, 10, default)).Entry;
        Assert.Equal(("ADA.NEW@EXAMPLE.COM", app.Clock.GetUtcNow()), (waiting.Lane, waiting.CreatedAt));
        Assert.Equal(
            MailRequest.For(MailKind.AddressChangeConfirm, account.Id, By) with { To = New, SecurityStamp = account.SecurityStamp },
            MailRequest.Read(waiting.Payload));
    }

    [Fact]
    public async Task After_ten_changes_an_account_waits_for_the_tenth_part_of_72_hours()
    {
        await using var email = await EmailApp.StartAsync();
        var (account, other) = (await email.App.AddAccountAsync(Old), await email.App.AddAccountAsync("bob@example.com"));
        var wait = TimeSpan.FromHours(72) / 10;
        for (var change = 0; change < 10; change++) Assert.Null(await RequestAsync(email, account.Id, $"{change}@example.com"));

        var refused = (await RequestAsync(email, account.Id, New))!;
        Assert.Equal((Problems.TooManyRequests, wait), (refused.Problem, refused.RetryAfter));
        Assert.Equal((EventKind.PasswordThrottled, "too_many_requests", account.Id, MailCalls.Network), await email.App.RefusalAsync());
        Assert.Null(await RequestAsync(email, other.Id, New));
        email.App.Jump(wait - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), (await RequestAsync(email, account.Id, New))?.RetryAfter);
        email.App.Jump(TimeSpan.FromMilliseconds(1));

        Assert.Null(await RequestAsync(email, account.Id, New));
    }

    [Theory]
    [InlineData("Accounts:Throttle:AddressMails", New)]
    [InlineData("Accounts:Throttle:NetworkMails", "other@example.com")]
    public async Task A_change_counts_as_a_mail_to_its_address_and_from_its_network(string setting, string next)
    {
        await using var email = await EmailApp.StartAsync((setting, "1"));
        var (account, other) = (await email.App.AddAccountAsync(Old), await email.App.AddAccountAsync("bob@example.com"));
        Assert.Null(await RequestAsync(email, account.Id, New));

        var refused = (await RequestAsync(email, other.Id, next.ToLowerInvariant()))!;

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromHours(1)), (refused.Problem, refused.RetryAfter));
        Assert.Equal((EventKind.PasswordThrottled, "too_many_requests", other.Id, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task A_change_for_which_there_is_no_room_does_not_count()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:AddressMails", "1"));
        var account = await email.App.AddAccountAsync(Old);
        await email.App.FillOutboxAsync(MailRequests.MostWaiting);

        for (var attempt = 0; attempt < 11; attempt++)
        {
            var refused = (await RequestAsync(email, account.Id, New))!;
            Assert.Equal((Problems.ServerBusy, TimeSpan.FromMinutes(1)), (refused.Problem, refused.RetryAfter));
        }

        Assert.Equal((EventKind.PasswordThrottled, "server_busy", account.Id, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task A_change_from_elsewhere_counts_for_the_same_account()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync(Old);
        for (var change = 0; change < 10; change++)
            Assert.Null(await email.App.Get<EmailChangeOperations>().RequestAsync(
                account.Id, $"{change}@example.com", By with { Address = IPAddress.Parse($"198.51.100.{change}") }, default));

        Assert.Equal(Problems.TooManyRequests, (await RequestAsync(email, account.Id, New))?.Problem);
    }

    static Task<Refusal?> RequestAsync(EmailApp email, Guid accountId, string address) =>
        email.App.Get<EmailChangeOperations>().RequestAsync(accountId, address, By, default);
}
