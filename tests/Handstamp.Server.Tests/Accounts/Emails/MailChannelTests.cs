using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Outbox;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class MailChannelTests
{
    [Fact]
    public async Task A_node_without_a_mail_server_leaves_the_mail_to_another_one()
    {
        await using var app = await HandstampApp.StartAsync();
        var account = await app.AddAccountAsync(HandstampApp.Email);
        var channel = app.Get<IOutboxChannel>();

        var fault = await Assert.ThrowsAsync<DeliveryException>(() => channel.DeliverAsync(EntryFor(app, account.Id), default));

        Assert.Equal(("This node sends no mail.", false), (fault.Message, fault.IsPermanent));
        Assert.Equal("mail", channel.Name);
    }

    [Fact]
    public async Task A_request_of_another_version_waits_for_a_node_that_can_read_it()
    {
        await using var email = await EmailApp.StartAsync();
        var entry = EntryFor(email.App, Guid.CreateVersion7()) with { Payload = "{}"u8.ToArray() };

        var fault = await Assert.ThrowsAsync<DeliveryException>(() => email.App.Get<IOutboxChannel>().DeliverAsync(entry, default));

        Assert.Equal(("This node cannot read the request.", false), (fault.Message, fault.IsPermanent));
    }

    [Fact]
    public async Task A_mail_to_nobody_is_delivered_when_nothing_was_sent()
    {
        await using var email = await EmailApp.StartAsync();

        await email.App.Get<IOutboxChannel>().DeliverAsync(EntryFor(email.App, Guid.CreateVersion7()), default);

        Assert.Empty(email.Mails);
    }

    [Fact]
    public async Task A_mail_is_sent_before_it_is_delivered()
    {
        await using var email = await EmailApp.StartAsync();
        var account = await email.App.AddAccountAsync("Ada@Example.com");

        await email.App.Get<IOutboxChannel>().DeliverAsync(EntryFor(email.App, account.Id), default);

        Assert.Equal("Ada@Example.com", Assert.Single(email.Mails).To.ToString());
    }

    static OutboxEntry EntryFor(HandstampApp app, Guid accountId) =>
        MailRequest.For(MailKind.PasswordReset, accountId, MailCalls.Person).ToEntry(app.Clock.GetUtcNow());
}
