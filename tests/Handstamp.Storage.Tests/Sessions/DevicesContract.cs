using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class DevicesContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task The_live_sessions_of_an_account_are_listed_newest_first()
    {
        var account = await StoredAccountAsync();
        var first = await CreatedAtAsync(account.Id, 1);
        var third = await CreatedAtAsync(account.Id, 3);
        var second = await CreatedAtAsync(account.Id, 2);
        var ended = await CreatedAtAsync(account.Id, 4);
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);
        await StoredSessionAsync(account, one => one with { IdleExpiresAt = Given.Now });
        await StoredSessionAsync();

        var listed = await Sessions.ListAsync(account.Id, Given.Now, 10, Cancel);

        Assert.Equal([third, second, first], listed.Select(one => one.Session));
    }

    [Fact]
    public async Task A_list_is_no_longer_than_requested()
    {
        var account = await StoredAccountAsync();
        for (var hour = 0; hour < 4; hour++) await CreatedAtAsync(account.Id, hour);

        var listed = await Sessions.ListAsync(account.Id, Given.Now, 2, Cancel);

        Assert.Equal([3, 2], listed.Select(one => (one.Device.CreatedAt - Given.Now).Hours));
    }

    [Fact]
    public async Task Only_its_own_account_renames_a_live_session()
    {
        var session = await StoredSessionAsync();

        Assert.Equal(Renaming.Renamed, await Sessions.RenameAsync(session.Id, session.AccountId, "The new laptop", Given.Now));
        Assert.Equal(Renaming.NotFound, await Sessions.RenameAsync(session.Id, Given.Id(), "not mine", Given.Now));
        Assert.Equal(Renaming.NotFound, await Sessions.RenameAsync(Given.Id(), session.AccountId, "not there", Given.Now));
        Assert.Equal(Renaming.NotFound, await Sessions.RenameAsync(session.Id, session.AccountId, "expired", session.IdleExpiresAt));

        Assert.Equal("The new laptop", await NameAsync(session));
    }

    [Fact]
    public async Task A_name_can_be_removed()
    {
        var session = await StoredSessionAsync();

        Assert.Equal(Renaming.Renamed, await Sessions.RenameAsync(session.Id, session.AccountId, null, Given.Now));

        Assert.Null(await NameAsync(session));
    }

    [Fact]
    public async Task An_ended_session_is_not_renamed()
    {
        var session = await StoredSessionAsync();
        await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);

        Assert.Equal(Renaming.NotFound, await Sessions.RenameAsync(session.Id, session.AccountId, "ended", Given.Now));
    }

    async Task<string?> NameAsync(Session session) =>
        Assert.Single(await Sessions.ListAsync(session.AccountId, Given.Now, 10, Cancel)).Device.Name;

    async Task<Session> CreatedAtAsync(Guid accountId, int hour)
    {
        var session = Given.Session(accountId);
        var device = Given.Device with { CreatedAt = Given.Now + TimeSpan.FromHours(hour) };
        Assert.True(await Sessions.TryCreateAsync(session, device));
        return session;
    }
}
