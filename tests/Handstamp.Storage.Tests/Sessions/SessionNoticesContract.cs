using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

/// <summary>The messages to the owner of an account about its sessions, where the store has an outbox.</summary>
public abstract class SessionNoticesContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task The_owner_s_notice_of_a_login_waits_from_then_on_and_of_a_refused_one_none()
    {
        var account = await StoredAccountAsync();
        var device = Given.Device with { Notice = Notice() };

        Assert.IsType<SessionCreation.AccountChanged>(
            await Sessions.TryCreateAsync(Given.Session(account.Id), device with { Notice = Notice() }, new SessionTerms("another", Most: 9)));
        Assert.True(await Sessions.TryCreateAsync(Given.Session(account.Id), device));

        var outbox = Engine.Get<IOutboxStore>();
        Assert.Equal(device.Notice!.Id, (await outbox.LeaseAsync(Given.Now, Given.Now.AddDays(1)))!.Entry.Id);
        Assert.Null(await outbox.LeaseAsync(Given.Now, Given.Now.AddDays(1)));

        static OutboxEntry Notice() => new() { Id = Given.Id(), Channel = "mail", Lane = "ada", Payload = [1], CreatedAt = Given.Now };
    }

    [Fact]
    public async Task The_owner_s_notice_of_an_end_waits_from_then_on_and_there_is_one()
    {
        var session = await StoredSessionAsync();
        var notice = new OutboxEntry { Id = Given.Id(), Channel = "mail", Lane = "ada", Payload = [1], CreatedAt = Given.Now };

        Assert.NotNull(await Sessions.TryEndAsync(session.Id, Given.By.Ends(EndReason.Reuse, Given.Now) with { Notice = notice }));
        Assert.Null(await Sessions.TryEndAsync(session.Id, Given.By.Ends(EndReason.Reuse, Given.Now) with { Notice = notice with { Id = Given.Id() } }));

        var outbox = Engine.Get<IOutboxStore>();
        Assert.Equal(notice.Id, (await outbox.LeaseAsync(Given.Now, Given.Now.AddDays(1)))!.Entry.Id);
        Assert.Null(await outbox.LeaseAsync(Given.Now, Given.Now.AddDays(1)));
    }
}
