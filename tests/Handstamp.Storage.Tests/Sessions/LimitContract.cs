using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class LimitContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    const int Most = 3;

    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task If_an_account_is_full_the_session_that_has_idled_longest_ends_for_the_new_one()
    {
        var account = await StoredAccountAsync();
        var (third, first, second) = (await IdleAsync(account, days: 2), await IdleAsync(account, days: 4), await IdleAsync(account, days: 3));

        var begun = Assert.IsType<SessionCreation.Begun>(await LogInAsync(account));

        Assert.Equal(1, begun.Ended());
        Assert.Equal(new SessionEnd(Given.Now, EndReason.OverLimit), (await ReadAsync(first)).End);
        Assert.Equal(first.Id, Assert.Single(await ReadFeedAsync()).SessionId);
        foreach (var session in new[] { second, third, begun.Reading.Session }) Assert.True(await IsAliveAsync(session));
    }

    [Fact]
    public async Task A_session_that_was_used_within_a_day_does_not_end_for_a_new_one()
    {
        var account = await StoredAccountAsync();
        for (var session = 0; session < Most; session++)
            await StoredSessionAsync(account, with: one => one with { Rotation = AtLogin(Given.Now - Day + TimeSpan.FromMilliseconds(1)) });
        var rows = await Engine.CountRowsAsync();

        Assert.IsType<SessionCreation.NoRoom>(await LogInAsync(account));

        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.Equal(Most, await CountLiveAsync(account));
    }

    [Fact]
    public async Task A_session_is_idle_one_day_after_its_last_use()
    {
        var account = await StoredAccountAsync();
        for (var session = 0; session < Most; session++) await IdleAsync(account, days: 1);

        Assert.IsType<SessionCreation.Begun>(await LogInAsync(account));

        Assert.Equal(Most, await CountLiveAsync(account));
    }

    [Fact]
    public async Task Ended_and_expired_sessions_and_those_of_others_take_no_room()
    {
        var account = await StoredAccountAsync();
        await StoredSessionAsync(account, with: one => one with { IdleExpiresAt = Given.Now });
        var ended = await StoredSessionAsync(account);
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);
        for (var session = 0; session < Most; session++) await StoredSessionAsync();

        for (var login = 0; login < Most; login++) Assert.Equal(0, Assert.IsType<SessionCreation.Begun>(await LogInAsync(account)).Ended());

        Assert.IsType<SessionCreation.NoRoom>(await LogInAsync(account));
    }

    [Fact]
    public async Task After_the_limit_is_lowered_all_excess_sessions_end()
    {
        var account = await StoredAccountAsync();
        for (var days = 1; days <= 2 * Most; days++) await IdleAsync(account, days);

        Assert.Equal(Most + 1, Assert.IsType<SessionCreation.Begun>(await LogInAsync(account)).Ended());

        Assert.Equal(Most, await CountLiveAsync(account));
    }

    [Fact]
    public async Task If_too_few_sessions_are_idle_for_a_lowered_limit_none_ends()
    {
        var account = await StoredAccountAsync();
        for (var session = 0; session <= Most; session++) await StoredSessionAsync(account);
        await IdleAsync(account, days: 2);

        Assert.IsType<SessionCreation.NoRoom>(await LogInAsync(account));

        Assert.Equal(Most + 2, await CountLiveAsync(account));
        Assert.Empty(await ReadFeedAsync());
    }

    [Fact]
    public async Task No_more_of_many_simultaneous_logins_succeed_than_there_is_room_for()
    {
        var account = await StoredAccountAsync();
        await IdleAsync(account, days: 2);
        await StoredSessionAsync(account);

        var logins = await InParallelAsync(8, _ => LogInAsync(account));

        Assert.Equal(Most - 1, logins.OfType<SessionCreation.Begun>().Count());
        Assert.Equal(8 - Most + 1, logins.OfType<SessionCreation.NoRoom>().Count());
        Assert.Equal(Most, await CountLiveAsync(account));
    }

    [Fact]
    public async Task A_session_that_is_used_while_it_would_end_for_another_is_either_used_or_ended()
    {
        for (var round = 0; round < 50; round++)
        {
            var account = await StoredAccountAsync();
            var idle = await IdleAsync(account, days: 2);
            for (var session = 1; session < Most; session++) await StoredSessionAsync(account);

            var login = Task.Run(() => LogInAsync(account));
            var rotation = Given.Rotation(idle);
            var used = await Sessions.TryRotateAsync(rotation with { Issue = rotation.Issue with { At = Given.Now } });

            Assert.Equal(used is null, await login is SessionCreation.Begun);
            Assert.Equal(Most, await CountLiveAsync(account));
        }
    }

    Task<SessionCreation> LogInAsync(Account account) => Sessions.TryCreateAsync(
        Given.Session(account.Id), Given.Device, Given.Terms(account.Id) with { Most = Most });

    Task<Session> IdleAsync(Account account, int days) =>
        StoredSessionAsync(account, with: one => one with { Rotation = AtLogin(Given.Now - (days * Day)) });

    static RotationState AtLogin(DateTimeOffset at) => RotationState.AtLogin(at);

    async Task<int> CountLiveAsync(Account account) => (await Sessions.ListAsync(account.Id, Given.Now, 100, Cancel)).Count;
}
