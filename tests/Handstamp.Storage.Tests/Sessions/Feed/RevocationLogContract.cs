using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Storage.Tests.Sessions.Feed;

public abstract class RevocationLogContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Nothing_was_ever_revoked_in_a_new_database()
    {
        Assert.Equal(0, await LastSequenceAsync());
        Assert.Empty(await ReadFeedAsync());
    }

    [Fact]
    public async Task An_entry_names_the_session_its_account_the_time_and_the_reason()
    {
        var session = await StoredSessionAsync();

        await Sessions.TryEndAsync(session.Id, EndReason.Exposed, Given.Now);

        Assert.Equal([new Revocation
        {
            Sequence = await LastSequenceAsync(),
            At = Given.Now,
            Reason = EndReason.Exposed,
            SessionId = session.Id,
            AccountId = session.AccountId,
        }], await ReadFeedAsync());
    }

    [Fact]
    public async Task Entries_come_in_the_order_in_which_the_sessions_ended()
    {
        var ended = await EndSomeAsync(5);

        var feed = await ReadFeedAsync();

        Assert.Equal(ended.Select(session => session.Id), feed.Select(entry => entry.SessionId!.Value));
        Assert.Equal(feed.Select(entry => entry.Sequence).Distinct().Order(), feed.Select(entry => entry.Sequence));
        Assert.Equal(feed[^1].Sequence, await LastSequenceAsync());
    }

    [Fact]
    public async Task A_reader_resumes_after_the_last_entry_that_it_saw()
    {
        await EndSomeAsync(5);
        var all = await ReadFeedAsync();

        var rest = await Revocations.ReadAfterAsync(all[2].Sequence, DateTimeOffset.MinValue, 10, Cancel);

        Assert.Equal(all.Skip(3), rest);
        Assert.Empty(await Revocations.ReadAfterAsync(all[4].Sequence, DateTimeOffset.MinValue, 10, Cancel));
    }

    [Fact]
    public async Task A_reader_that_continues_after_the_last_entry_misses_none_while_many_sessions_end_at_once()
    {
        var sessions = new List<Session>();
        for (var count = 0; count < 100; count++) sessions.Add(await StoredSessionAsync());
        var ending = InParallelAsync(sessions.Count, one => Sessions.TryEndAsync(sessions[one].Id, EndReason.Logout, Given.Now));

        var seen = new List<Revocation>();
        for (var isLast = false; !isLast;)
        {
            isLast = ending.IsCompleted;
            seen.AddRange(await Revocations.ReadAfterAsync(seen.LastOrDefault()?.Sequence ?? 0, DateTimeOffset.MinValue, 1000, Cancel));
        }

        Assert.Equal(sessions.Select(session => session.Id).Order(), seen.Select(entry => entry.SessionId!.Value).Order());
    }

    [Fact]
    public async Task A_reader_gets_the_oldest_entries_first_and_no_more_than_requested()
    {
        await EndSomeAsync(5);
        var all = await ReadFeedAsync();

        Assert.Equal(all.Take(2), await Revocations.ReadAfterAsync(0, DateTimeOffset.MinValue, 2, Cancel));
    }

    [Fact]
    public async Task A_reader_gets_no_entry_older_than_requested()
    {
        await EndSomeAsync(5);
        var all = await ReadFeedAsync();

        Assert.Equal(all.Skip(3), await Revocations.ReadAfterAsync(0, all[3].At, 10, Cancel));
    }

    [Fact]
    public async Task A_sweep_deletes_older_entries_and_nothing_else()
    {
        await EndSomeAsync(5);
        var all = await ReadFeedAsync();

        Assert.Equal(3, await Revocations.SweepAsync(all[3].At, 10));

        Assert.Equal(all.Skip(3), await ReadFeedAsync());
    }

    [Fact]
    public async Task A_sweep_deletes_no_more_than_its_limit()
    {
        await EndSomeAsync(5);

        Assert.Equal(2, await Revocations.SweepAsync(DateTimeOffset.MaxValue, 2));
        Assert.Equal(2, await Revocations.SweepAsync(DateTimeOffset.MaxValue, 2));
        Assert.Equal(0, await Revocations.SweepAsync(DateTimeOffset.MaxValue, 2));
    }

    [Fact]
    public async Task A_sweep_keeps_the_newest_entry_however_old_it_is()
    {
        await EndSomeAsync(5);
        var newest = (await ReadFeedAsync())[^1];

        await Revocations.SweepAsync(DateTimeOffset.MaxValue, 10);
        await Engine.RestartAsync();

        Assert.Equal([newest], await ReadFeedAsync());
        await EndSomeAsync(1);
        Assert.True(await LastSequenceAsync() > newest.Sequence);
    }

    [Fact]
    public async Task A_new_log_has_no_epoch_until_one_is_begun()
    {
        Assert.Equal(0, (await Revocations.ReadHeadAsync(Cancel)).Position.Epoch);
        await EndSomeAsync(1);

        Assert.True(await Revocations.TryBeginEpochAsync(read: 0, epoch: 7, wentBackAt: null));
        await Engine.RestartAsync();

        Assert.Equal(new LogHead(new(7, await LastSequenceAsync())), await Revocations.ReadHeadAsync(Cancel));
    }

    [Fact]
    public async Task Only_one_of_several_nodes_that_begin_an_epoch_at_once_succeeds()
    {
        var begun = await InParallelAsync(8, node => Revocations.TryBeginEpochAsync(read: 0, epoch: 1 + node, wentBackAt: null));

        Assert.Single(begun, true);
        Assert.Equal(1 + Array.IndexOf(begun, true), (await Revocations.ReadHeadAsync(Cancel)).Position.Epoch);
    }

    [Fact]
    public async Task The_time_when_the_database_went_back_stays_known_in_later_epochs()
    {
        await Revocations.TryBeginEpochAsync(read: 0, epoch: 1, Given.Now);
        await Revocations.TryBeginEpochAsync(read: 1, epoch: 2, wentBackAt: null);

        Assert.Equal(Given.Now, (await Revocations.ReadHeadAsync(Cancel)).WentBackAt);
    }

    async Task<List<Session>> EndSomeAsync(int count)
    {
        var ended = new List<Session>();
        for (var index = 0; index < count; index++)
        {
            var session = await StoredSessionAsync();
            Assert.True(await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now + (index * Step)));
            ended.Add(session);
        }

        return ended;
    }
}
