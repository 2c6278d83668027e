using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class EndContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task A_live_session_ends_once_and_is_on_the_feed_once()
    {
        var session = await StoredSessionAsync();

        Assert.True(await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));
        Assert.False(await Sessions.TryEndAsync(session.Id, EndReason.Reuse, Given.Now));

        Assert.Equal(new SessionEnd(Given.Now, EndReason.Logout), (await ReadAsync(session)).End);
        Assert.Equal(session.Id, Assert.Single(await ReadFeedAsync()).SessionId);
    }

    [Fact]
    public async Task One_of_several_parallel_ends_is_told_that_it_ended_the_session()
    {
        var session = await StoredSessionAsync();

        var ended = await InParallelAsync(
            32, _ => Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));

        Assert.Single(ended, true);
        Assert.Single(await ReadFeedAsync());
    }

    [Fact]
    public async Task An_expired_session_has_already_ended()
    {
        var session = await StoredSessionAsync();

        Assert.False(await Sessions.TryEndAsync(session.Id, EndReason.Logout, session.IdleExpiresAt));
        Assert.False(await Sessions.TryEndOwnAsync(
            session.Id, session.AccountId, EndReason.Logout, session.IdleExpiresAt));
        Assert.Equal(0, await Sessions.EndAllAsync(session.AccountId, EndReason.Logout, session.IdleExpiresAt));

        Assert.True(await IsAliveAsync(session));
        Assert.Empty(await ReadFeedAsync());
    }

    [Fact]
    public async Task An_unknown_session_cannot_be_ended() =>
        Assert.False(await Sessions.TryEndAsync(Given.Id(), EndReason.Logout, Given.Now));

    [Fact]
    public async Task An_account_ends_its_own_session_and_no_others()
    {
        var (own, others) = (await StoredSessionAsync(), await StoredSessionAsync());

        Assert.False(await Sessions.TryEndOwnAsync(others.Id, own.AccountId, EndReason.EndedByUser, Given.Now));
        Assert.True(await Sessions.TryEndOwnAsync(own.Id, own.AccountId, EndReason.EndedByUser, Given.Now));

        Assert.True(await IsAliveAsync(others));
        Assert.Equal(new SessionEnd(Given.Now, EndReason.EndedByUser), (await ReadAsync(own)).End);
        Assert.Equal(own.Id, Assert.Single(await ReadFeedAsync()).SessionId);
    }

    [Fact]
    public async Task All_live_sessions_of_an_account_end_and_each_is_on_the_feed()
    {
        var account = await StoredAccountAsync();
        Session[] live = [await StoredSessionAsync(account), await StoredSessionAsync(account)];
        var ended = await StoredSessionAsync(account);
        await StoredSessionAsync(account, one => one with { IdleExpiresAt = Given.Now });
        var others = await StoredSessionAsync();
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now - TimeSpan.FromDays(1));

        Assert.Equal(2, await Sessions.EndAllAsync(account.Id, EndReason.LogoutEverywhere, Given.Now));

        var everywhere = (await ReadFeedAsync()).Where(entry => entry.Reason == EndReason.LogoutEverywhere);
        Assert.Equal(live.Select(one => one.Id), everywhere.Select(entry => entry.SessionId!.Value).Order());
        Assert.Equal(EndReason.Logout, (await ReadAsync(ended)).End?.Reason);
        Assert.True(await IsAliveAsync(others));
        Assert.Equal(0, await Sessions.EndAllAsync(account.Id, EndReason.LogoutEverywhere, Given.Now));
    }

    [Fact]
    public async Task Once_an_end_is_acknowledged_no_rotation_succeeds()
    {
        var session = await StoredSessionAsync();
        var rotation = Given.Rotation(session) with { RetryWindow = TimeSpan.Zero };
        var acknowledged = new TaskCompletionSource();
        var rotating = InParallelAsync(8, async _ =>
        {
            while (!acknowledged.Task.IsCompleted) await RotateNewestAsync(rotation);
            return await RotateNewestAsync(rotation);
        });

        Assert.True(await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));
        acknowledged.SetResult();

        Assert.All(await rotating, Assert.Null);
    }

    async Task<SessionReading?> RotateNewestAsync(Rotation rotation)
    {
        var reading = await Sessions.FindAsync(rotation.SessionId, Cancel);
        return await Sessions.TryRotateAsync(rotation with { Presented = reading!.Session.Rotation.Last });
    }
}
