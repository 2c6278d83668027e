using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class AdvanceContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly RotationState From = new(Seen: 4, First: 5, Last: 6, Given.Now);

    static readonly Issue Issue = new(Given.Now + TimeSpan.FromHours(1), Given.IdleLifetime, MacKeyId: 3, Given.Use);

    static readonly RotationState To = From with { Last = 7, IssuedAt = Issue.At };

    [Fact]
    public async Task A_session_in_the_expected_state_moves_to_the_next()
    {
        var session = await InFromAsync();

        var advanced = await Sessions.TryAdvanceAsync(session.Id, From, To, Issue);

        Assert.Equal(session with
        {
            Rotation = To,
            MacKeyId = Issue.MacKeyId,
            IdleExpiresAt = Issue.At + Given.IdleLifetime,
            // A second late retry in a row is a sign.
            SuspectedSharing = session.SuspectedSharing with { Count = 1, At = Issue.At },
        }, advanced!.Session);
        Assert.Equal(AccountState.Active, advanced.Account);
        Assert.Equal(advanced, await ReadAsync(session));
    }

    [Fact]
    public async Task The_idle_expiry_never_moves_past_the_absolute_expiry()
    {
        var session = await InFromAsync(one => one with { ExpiresAt = one.IdleExpiresAt });

        var advanced = await Sessions.TryAdvanceAsync(session.Id, From, To, Issue);

        Assert.Equal(session.ExpiresAt, advanced!.Session.IdleExpiresAt);
    }

    [Theory]
    [InlineData("seen")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("issued at")]
    public async Task A_session_in_another_state_does_not_change(string part)
    {
        var session = await InFromAsync();

        Assert.Null(await Sessions.TryAdvanceAsync(session.Id, Differs(part), To, Issue));

        Assert.Equal(session, (await ReadAsync(session)).Session);
    }

    [Fact]
    public async Task A_session_that_is_not_alive_does_not_change()
    {
        var ended = await InFromAsync();
        var expired = await InFromAsync(one => one with { IdleExpiresAt = Issue.At });
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);

        foreach (var session in (Session[])[ended, expired])
        {
            Assert.Null(await Sessions.TryAdvanceAsync(session.Id, From, To, Issue));
            Assert.Equal(session, (await ReadAsync(session)).Session);
        }
    }

    [Fact]
    public async Task One_of_several_parallel_late_retries_gets_a_successor()
    {
        var session = await InFromAsync();

        var answers = await InParallelAsync(32, _ => Sessions.TryAdvanceAsync(session.Id, From, To, Issue));

        Assert.Single(answers, answer => answer is not null);
        Assert.Equal(To, (await ReadAsync(session)).Session.Rotation);
    }

    [Theory]
    [InlineData("seen")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("issued at")]
    public async Task A_session_in_another_state_than_the_one_that_was_judged_does_not_end(string part)
    {
        var session = await InFromAsync();

        Assert.False(await Sessions.TryEndAsync(session.Id, EndReason.Reuse, Given.Now, Differs(part)));

        Assert.True(await IsAliveAsync(session));
        Assert.Empty(await ReadFeedAsync());
    }

    [Fact]
    public async Task A_session_in_the_state_that_was_judged_ends()
    {
        var session = await InFromAsync();

        Assert.True(await Sessions.TryEndAsync(session.Id, EndReason.Reuse, Given.Now, From));

        Assert.Equal(new SessionEnd(Given.Now, EndReason.Reuse), (await ReadAsync(session)).End);
    }

    static RotationState Differs(string part) => part switch
    {
        "seen" => From with { Seen = From.Seen - 1 },
        "first" => From with { First = From.First + 1 },
        "last" => From with { Last = From.Last + 1 },
        _ => From with { IssuedAt = From.IssuedAt + TimeSpan.FromMilliseconds(1) },
    };

    Task<Session> InFromAsync(Func<Session, Session>? with = null) =>
        StoredSessionAsync(with: session =>
        {
            session = session with { Rotation = From };
            return with?.Invoke(session) ?? session;
        });
}
