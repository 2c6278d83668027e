using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

/// <summary>A refresh token of the former system begins one session.</summary>
public abstract class MovedSessionContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly DateTimeOffset Until = Given.Now.AddDays(30);

    [Fact]
    public async Task Of_many_sessions_that_one_token_begins_at_once_there_is_one()
    {
        var account = await StoredAccountAsync();
        var token = Token(1);

        var created = await InParallelAsync(12, _ => MoveAsync(account, token));

        var begun = Assert.Single(created.OfType<SessionCreation.Begun>());
        Assert.Equal(11, created.OfType<SessionCreation.AlreadyMoved>().Count());
        Assert.Equal(begun.Reading.Session.Id, await AccountSessions.FindMovedAsync(token.Hash, Given.Now));
        Assert.Equal("moved", Assert.Single(await ReadEventsAsync(), done => done.SessionId is not null).Outcome);
        Assert.Single(await Sessions.ListAsync(account.Id, Given.Now, 100, Cancel));
    }

    [Fact]
    public async Task Accounts_that_one_token_is_said_to_be_of_get_one_session_too()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StoredAccountAsync()));

        var created = await InParallelAsync(6, caller => MoveAsync(accounts[caller], Token(1)));

        Assert.Single(created.OfType<SessionCreation.Begun>());
    }

    [Fact]
    public async Task Tokens_begin_sessions_of_their_own()
    {
        var account = await StoredAccountAsync();

        Assert.IsType<SessionCreation.Begun>(await MoveAsync(account, Token(1)));
        Assert.IsType<SessionCreation.Begun>(await MoveAsync(account, Token(2)));
        Assert.Null(await AccountSessions.FindMovedAsync(Token(3).Hash, Given.Now));
    }

    [Theory]
    [InlineData("stamp")]
    [InlineData("room")]
    public async Task A_session_that_does_not_begin_leaves_its_token_free(string fault)
    {
        var account = await StoredAccountAsync();
        await StoredSessionAsync(account);
        var terms = Given.Terms(account.Id) with { From = Token(1) };

        var refused = await Sessions.TryCreateAsync(
            Given.Session(account.Id), Given.Device, fault == "room" ? terms with { Most = 1 } : terms with { SecurityStamp = "another" });

        Assert.IsNotType<SessionCreation.Begun>(refused);
        Assert.Null(await AccountSessions.FindMovedAsync(Token(1).Hash, Given.Now));
        Assert.IsType<SessionCreation.Begun>(await MoveAsync(account, Token(1)));
    }

    [Fact]
    public async Task A_token_is_remembered_until_its_time_is_over_and_then_deleted()
    {
        var account = await StoredAccountAsync();
        await MoveAsync(account, Token(1));
        await MoveAsync(account, Token(2) with { Until = Until.AddDays(1) });

        Assert.NotNull(await AccountSessions.FindMovedAsync(Token(1).Hash, Until.AddMilliseconds(-1)));
        Assert.Null(await AccountSessions.FindMovedAsync(Token(1).Hash, Until));
        Assert.Equal(0, await AccountSessions.SweepMovedAsync(Until.AddMilliseconds(-1), 10));
        Assert.Equal(1, await AccountSessions.SweepMovedAsync(Until, 10));
        Assert.NotNull(await AccountSessions.FindMovedAsync(Token(2).Hash, Until));
        Assert.Equal(1, await AccountSessions.SweepMovedAsync(Until.AddDays(9), 1));
    }

    [Fact]
    public async Task A_token_whose_time_is_over_begins_a_session_also_before_it_is_deleted()
    {
        var account = await StoredAccountAsync();
        await MoveAsync(account, Token(1) with { Until = Given.Now });

        Assert.IsType<SessionCreation.Begun>(await MoveAsync(account, Token(1)));
        Assert.IsType<SessionCreation.AlreadyMoved>(await MoveAsync(account, Token(1)));
    }

    static FormerToken Token(byte number) => new([.. Enumerable.Repeat(number, 32)], Until);

    Task<SessionCreation> MoveAsync(Account account, FormerToken token) =>
        Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device, Given.Terms(account.Id) with { From = token });
}
