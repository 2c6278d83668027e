using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class SweepContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task An_expired_session_is_deleted_when_it_expired_before_the_given_time()
    {
        var session = await StoredSessionAsync();

        Assert.Equal(0, (await Sessions.SweepAsync(null, session.IdleExpiresAt, 10, Cancel)).Deleted);
        Assert.NotNull(await Sessions.FindAsync(session.Id, Cancel));

        Assert.Equal(1, (await Sessions.SweepAsync(null, session.IdleExpiresAt + Millisecond, 10, Cancel)).Deleted);
        Assert.Null(await Sessions.FindAsync(session.Id, Cancel));
    }

    [Fact]
    public async Task An_ended_session_is_deleted_when_it_ended_before_the_given_time()
    {
        var session = await StoredSessionAsync();
        await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);

        Assert.Equal(0, (await Sessions.SweepAsync(null, Given.Now, 10, Cancel)).Deleted);
        Assert.Equal(1, (await Sessions.SweepAsync(null, Given.Now + Millisecond, 10, Cancel)).Deleted);
    }

    [Fact]
    public async Task A_sweep_checks_one_batch_after_the_given_id_in_the_order_of_ids()
    {
        var sessions = await EndedAsync(5);

        var step = await Sessions.SweepAsync(sessions[0].Id, Given.Now + Millisecond, 2, Cancel);

        Assert.Equal(new SweepStep(2, sessions[2].Id), step);
        var there = await Task.WhenAll(sessions.Select(IsThereAsync));
        Assert.Equal([true, false, false, true, true], there);
    }

    [Fact]
    public async Task A_walk_deletes_dead_sessions_and_no_others()
    {
        var account = await StoredAccountAsync();
        var (dead, live) = (new List<Session>(), new List<Session>());
        for (var index = 0; index < 23; index++)
        {
            var session = await StoredSessionAsync(account);
            (index % 3 == 0 ? dead : live).Add(session);
            if (index % 3 == 0) await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);
        }

        Assert.Equal(dead.Count, await WalkAsync(batch: 4));

        foreach (var session in dead) Assert.False(await IsThereAsync(session));
        foreach (var session in live) Assert.True(await IsThereAsync(session));
    }

    [Fact]
    public async Task A_walk_ends_for_any_batch_size()
    {
        Assert.Equal(new SweepStep(0, null), await Sessions.SweepAsync(null, Given.Now, 3, Cancel));
        await EndedAsync(6);

        Assert.Equal(6, await WalkAsync(batch: 3));
        Assert.Equal(0, await WalkAsync(batch: 3));
    }

    [Fact]
    public async Task The_feed_keeps_the_entry_of_a_deleted_session()
    {
        var session = Assert.Single(await EndedAsync(1));

        await WalkAsync(batch: 10);

        Assert.Equal(session.Id, Assert.Single(await ReadFeedAsync()).SessionId);
    }

    async Task<int> WalkAsync(int batch)
    {
        var deleted = 0;
        Guid? position = null;
        do
        {
            var step = await Sessions.SweepAsync(position, Given.Now + Millisecond, batch, Cancel);
            deleted += step.Deleted;
            position = step.Next;
        }
        while (position is not null);

        return deleted;
    }

    async Task<List<Session>> EndedAsync(int count)
    {
        var account = await StoredAccountAsync();
        var ended = new List<Session>();
        for (var index = 0; index < count; index++) ended.Add(await StoredSessionAsync(account));
        await Sessions.EndAllAsync(account.Id, EndReason.Logout, Given.Now);
        return ended;
    }

    async Task<bool> IsThereAsync(Session session) => await Sessions.FindAsync(session.Id, Cancel) is not null;
}
