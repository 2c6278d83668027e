using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class ReauthenticateContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly DateTimeOffset Later = Given.Now.AddMinutes(20);

    [Fact]
    public async Task The_session_gets_the_new_time_and_methods_and_nothing_else_of_it_changes()
    {
        var account = await StoredAccountAsync(new AccountClaims { Roles = ["admin"] });
        var session = await StoredSessionAsync(account, session => session with { KeyThumbprint = "thumbprint", Scope = "openid", MacKeyId = 3 });

        var reading = await RunAsync(Of(session));

        Assert.Equal(session with { AuthenticatedAt = Later, AuthenticationMethods = "pwd otp mfa" }, reading!.Session);
        Assert.Equivalent(await ReadAsync(session), reading, strict: true);
        Assert.Equal(["admin"], reading.Claims.Roles);
        Assert.Empty(await ReadFeedAsync());
    }

    [Fact]
    public async Task No_other_session_changes()
    {
        var account = await StoredAccountAsync();
        var (session, other, stranger) = (await StoredSessionAsync(account), await StoredSessionAsync(account), await StoredSessionAsync());

        await RunAsync(Of(session));

        Assert.Equal(other, (await ReadAsync(other)).Session);
        Assert.Equal(stranger, (await ReadAsync(stranger)).Session);
    }

    [Fact]
    public async Task The_refresh_token_goes_on_as_if_nothing_had_been()
    {
        var session = await StoredSessionAsync();
        var renewed = (await RunAsync(Of(session)))!.Session;

        var rotated = await Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.Equal((renewed.AuthenticatedAt, "pwd otp mfa"), (rotated!.Session.AuthenticatedAt, rotated.Session.AuthenticationMethods));
        Assert.Equal(2, rotated.Session.Rotation.Last);
    }

    [Fact]
    public async Task A_session_that_has_ended_stays_as_it_was()
    {
        var session = await StoredSessionAsync();
        await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);

        await RefusedAsync(Of(session));
    }

    [Fact]
    public async Task A_session_that_has_expired_stays_as_it_was()
    {
        var session = await StoredSessionAsync(with: session => session with { IdleExpiresAt = Later });

        await RefusedAsync(Of(session));
    }

    [Fact]
    public async Task A_session_that_has_ended_with_its_key_stays_as_it_was()
    {
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(7)], []));
        var session = await StoredSessionAsync(with: session => session with { MacKeyId = 7 });
        await Keys.RevokeAsync("mac-7", Given.Now);

        await RefusedAsync(Of(session));
    }

    [Fact]
    public async Task Somebody_else_changes_nothing()
    {
        var (session, stranger) = (await StoredSessionAsync(), await StoredAccountAsync());

        await RefusedAsync(Of(session) with { AccountId = stranger.Id, SecurityStamp = stranger.SecurityStamp });
    }

    [Fact]
    public async Task An_account_that_is_not_as_it_was_verified_changes_nothing()
    {
        var session = await StoredSessionAsync();

        await RefusedAsync(Of(session) with { SecurityStamp = "an older stamp" });
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_not_made() =>
        Assert.Null(await RunAsync(Of(Given.Session((await StoredAccountAsync()).Id))));

    async Task RefusedAsync(Reauthentication again)
    {
        var (before, rows) = (await Sessions.FindAsync(again.SessionId, Cancel), await Engine.CountRowsAsync());

        Assert.Null(await RunAsync(again));

        Assert.Equivalent(before, await Sessions.FindAsync(again.SessionId, Cancel), strict: true);
        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    Task<SessionReading?> RunAsync(Reauthentication again) => Sessions.TryReauthenticateAsync(again);

    static Reauthentication Of(Session session) =>
        new(session.Id, session.AccountId, Given.SecurityStamp(session.AccountId), "pwd otp mfa", Later);
}
