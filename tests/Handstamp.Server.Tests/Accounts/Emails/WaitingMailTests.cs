using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>How the mails that wait are shown to an operator. They are due tomorrow, so that none is delivered meanwhile.</summary>
public sealed class WaitingMailTests : IAsyncLifetime
{
    static readonly Guid AccountId = Guid.CreateVersion7();

    HandstampApp _app = null!;

    DateTimeOffset Tomorrow => _app.Clock.GetUtcNow().AddDays(1);

    MailOperations Operations => _app.Get<MailOperations>();

    IOutboxStore Outbox => _app.Get<IOutboxStore>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_mail_is_shown_with_its_receiver_as_far_as_that_is_known()
    {
        var byAddress = await AddAsync(MailRequest.For(MailKind.PasswordReset, "ADA@EXAMPLE.COM", MailCalls.Person));
        var byAccount = await AddAsync(MailRequest.For(MailKind.NewDevice, AccountId, MailCalls.Person));
        var other = await AddAsync(MailRequest.For(MailKind.AddressChanged, "ADA@EXAMPLE.COM", MailCalls.Person) with { To = "Eve@Example.com" });
        var unreadable = MailRequest.For(MailKind.Invitation, "BOB@EXAMPLE.COM", MailCalls.Person).ToEntry(Tomorrow) with { Payload = "{}"u8.ToArray() };
        Assert.True(await Outbox.TryAddAsync(unreadable, 100));

        Assert.Equal(
            [
                Waiting(byAddress.Id, MailKind.PasswordReset, "ada@example.com"),
                Waiting(byAccount.Id, MailKind.NewDevice, AccountId.ToString()),
                Waiting(other.Id, MailKind.AddressChanged, "Eve@Example.com"),
                Waiting(unreadable.Id, null, "BOB@EXAMPLE.COM"),
            ],
            await Operations.ListAsync(null, 10, default));
        Assert.Equal([byAccount.Id], (await Operations.ListAsync(byAddress.Id, 1, default)).Select(mail => mail.Id));
    }

    [Fact]
    public async Task A_mail_that_has_failed_is_shown_with_the_reason_and_its_next_attempt_until_it_is_given_up()
    {
        var entry = await AddAsync(MailRequest.For(MailKind.PasswordReset, "ADA@EXAMPLE.COM", MailCalls.Person));
        var leased = (await Outbox.LeaseAsync(Tomorrow, Tomorrow.AddHours(1)))!;
        await Outbox.PostponeAsync(leased, Tomorrow.AddHours(2), "It was closed.");
        var waiting = Waiting(entry.Id, MailKind.PasswordReset, "ada@example.com") with { Attempts = 1, DueAt = Tomorrow.AddHours(2), Failure = "It was closed." };
        Assert.Equal([waiting], await Operations.ListAsync(null, 10, default));

        leased = (await Outbox.LeaseAsync(Tomorrow.AddHours(2), Tomorrow.AddHours(3)))!;
        await Outbox.GiveUpAsync(leased, Tomorrow.AddHours(2), "There is nobody.");

        Assert.Equal(
            [waiting with { Attempts = 2, DueAt = null, GivenUpAt = Tomorrow.AddHours(2), Failure = "There is nobody." }],
            await Operations.ListAsync(null, 10, default));
    }

    [Fact]
    public async Task A_mail_that_waits_is_not_sent_again_and_nothing_is_recorded()
    {
        var entry = await AddAsync(MailRequest.For(MailKind.PasswordReset, "ADA@EXAMPLE.COM", MailCalls.Person));

        Assert.False(await Operations.RetryAsync(entry.Id, Origin.Operator));
        Assert.False(await Operations.RetryAsync(Guid.CreateVersion7(), Origin.Operator));

        Assert.Empty(await _app.EventsAsync(EventKind.MailRetried));
    }

    [Theory]
    [InlineData("ada", "This is not a valid e-mail address.", true)]
    [InlineData("ada@example.com", "The service sends no mail: neither Mail:Server nor Mail:Directory is set.", false)]
    public async Task A_test_mail_that_cannot_be_sent_says_why(string address, string sentence, bool isPermanent)
    {
        var fault = await Assert.ThrowsAsync<DeliveryException>(() => Operations.TestAsync(address, default));

        Assert.Equal((sentence, isPermanent), (fault.Message, fault.IsPermanent));
    }

    [Fact]
    public async Task A_test_mail_links_to_the_service()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);

        var answer = await app.Get<MailOperations>().TestAsync("Ada@Example.com", default);

        var mail = Assert.Single(folder.Read());
        Assert.Equal(("Ada@Example.com", "A test mail from Handstamp"), (mail.To.ToString(), mail.Subject));
        Assert.Equal(app.Clock.GetUtcNow(), mail.Date);
        Assert.Contains("https://auth.example.com/", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("2026-01-02 03:04 UTC", mail.TextBody, StringComparison.Ordinal);
        Assert.StartsWith(folder.Path, answer, StringComparison.Ordinal);
    }

    WaitingMail Waiting(Guid id, MailKind? kind, string receiver) => new(id, kind, receiver, Tomorrow, 0, Tomorrow, null, null);

    async Task<OutboxEntry> AddAsync(MailRequest request)
    {
        var entry = request.ToEntry(Tomorrow);
        Assert.True(await Outbox.TryAddAsync(entry, 100));
        return entry;
    }
}
