using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class ChangePasswordContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly SessionDevice Unnamed = new() { Address = Given.Device.Address, CreatedAt = Given.Now };

    [Fact]
    public async Task A_change_ends_every_session_of_the_account_and_begins_one_for_the_caller()
    {
        var (account, caller) = await LoggedInAsync();
        var (other, others) = (await StoredSessionAsync(account), await StoredSessionAsync());
        var fresh = Given.Session(account.Id) with { KeyThumbprint = "thumbprint" };

        var begun = Assert.IsType<SessionCreation.Begun>(
            await AccountSessions.TryChangePasswordAsync(Change(account, caller), fresh, Unnamed));

        Assert.Equal(2, begun.Ended());
        Assert.Equivalent(await ReadAsync(fresh), begun.Reading, strict: true);
        Assert.Equal(new SessionEnd(Given.Now, EndReason.Replaced), (await ReadAsync(caller)).End);
        Assert.Equal(new SessionEnd(Given.Now, EndReason.PasswordChanged), (await ReadAsync(other)).End);
        Assert.True(await IsAliveAsync(others));
        Assert.Equal(
            [(caller.Id, EndReason.Replaced), (other.Id, EndReason.PasswordChanged)],
            (await ReadFeedAsync()).Select(entry => (entry.SessionId!.Value, entry.Reason)));
        Assert.Equal("another hash", (await Accounts.FindAsync(account.Id, Cancel))!.PasswordHash);
    }

    [Fact]
    public async Task The_new_session_is_on_the_callers_device()
    {
        var (account, caller) = await LoggedInAsync();
        await Sessions.RenameAsync(caller.Id, account.Id, "Ada's phone", Given.Now);
        var fresh = Given.Session(account.Id);

        await AccountSessions.TryChangePasswordAsync(Change(account, caller), fresh, Unnamed);

        var listed = Assert.Single(await Sessions.ListAsync(account.Id, Given.Now, 10, Cancel));
        Assert.Equal(new ListedSession(fresh, Given.Device with { Name = "Ada's phone" }), listed);
    }

    [Fact]
    public async Task A_change_of_an_account_that_has_changed_since_it_was_verified_writes_nothing()
    {
        var (account, caller) = await LoggedInAsync();

        await RefusedAsync<SessionCreation.AccountChanged>(Change(account, caller) with { SecurityStamp = "an older stamp" });

        Assert.True(await IsAliveAsync(caller));
    }

    [Fact]
    public async Task A_disabled_account_changes_nothing()
    {
        var (account, caller) = await LoggedInAsync();
        await Accounts.TryDisableAsync(account.Id, Given.Now);

        await RefusedAsync<SessionCreation.AccountChanged>(Change(account, caller));
    }

    [Fact]
    public async Task The_new_session_is_returned_with_the_present_claims_of_its_account()
    {
        var (account, caller) = await LoggedInAsync();
        await Accounts.TrySetClaimsAsync(account.Id, AccountClaims.None, new AccountClaims { Roles = ["reader"] });

        var begun = Assert.IsType<SessionCreation.Begun>(
            await AccountSessions.TryChangePasswordAsync(Change(account, caller), Given.Session(account.Id), Unnamed));

        Assert.Equal(["reader"], begun.Reading.Claims.Roles);
    }

    [Fact]
    public async Task A_session_that_has_ended_changes_nothing()
    {
        var (account, caller) = await LoggedInAsync();
        await Sessions.TryEndAsync(caller.Id, EndReason.EndedByUser, Given.Now);

        await RefusedAsync<SessionCreation.CallerEnded>(Change(account, caller));

        Assert.Equal(EndReason.EndedByUser, (await ReadAsync(caller)).End!.Reason);
    }

    [Fact]
    public async Task A_session_changes_only_its_own_account()
    {
        var (account, _) = await LoggedInAsync();
        var (_, eve) = await LoggedInAsync();

        await RefusedAsync<SessionCreation.CallerEnded>(Change(account, eve));

        Assert.True(await IsAliveAsync(eve));
    }

    [Fact]
    public async Task A_revoked_key_changes_nothing()
    {
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(7)], []));
        await Keys.RevokeAsync("mac-7", Given.Now);
        var (account, caller) = await LoggedInAsync();

        await RefusedAsync<SessionCreation.KeyRevoked>(Change(account, caller), macKeyId: 7);

        Assert.True(await IsAliveAsync(caller));
    }

    [Fact]
    public async Task One_of_several_simultaneous_changes_is_made_and_only_its_session_lives()
    {
        var (account, _) = await LoggedInAsync();
        Session[] callers = [await StoredSessionAsync(account), await StoredSessionAsync(account), await StoredSessionAsync(account)];

        var changes = await InParallelAsync(callers.Length, caller =>
            AccountSessions.TryChangePasswordAsync(Change(account, callers[caller]), Given.Session(account.Id), Unnamed));

        var begun = Assert.Single(changes.OfType<SessionCreation.Begun>());
        Assert.Equal(2, changes.OfType<SessionCreation.AccountChanged>().Count());
        Assert.Equal(begun.Reading.Session, Assert.Single(await Sessions.ListAsync(account.Id, Given.Now, 10, Cancel)).Session);
    }

    [Fact]
    public async Task A_login_with_the_old_password_during_the_change_leaves_no_live_session()
    {
        for (var round = 0; round < 50; round++)
        {
            var (account, caller) = await LoggedInAsync();
            var session = Given.Session(account.Id);

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            var change = await AccountSessions.TryChangePasswordAsync(Change(account, caller), Given.Session(account.Id), Unnamed);

            Assert.IsType<SessionCreation.Begun>(change);
            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task A_reauthentication_at_the_moment_of_the_change_leaves_no_live_session_with_it()
    {
        for (var round = 0; round < 50; round++)
        {
            var (account, caller) = await LoggedInAsync();
            var session = await StoredSessionAsync(account);
            var again = new Reauthentication(session.Id, account.Id, account.SecurityStamp, "pwd otp mfa", Given.Now);

            var reauthentication = Task.Run(() => Sessions.TryReauthenticateAsync(again));
            await AccountSessions.TryChangePasswordAsync(Change(account, caller), Given.Session(account.Id), Unnamed);
            await reauthentication;

            Assert.False(await IsAliveAsync(session));
        }
    }

    async Task<(Account Account, Session Caller)> LoggedInAsync()
    {
        var account = await StoredAccountAsync();
        return (account, await StoredSessionAsync(account));
    }

    async Task RefusedAsync<TOutcome>(PasswordChange change, byte macKeyId = 1) where TOutcome : SessionCreation
    {
        var before = await Accounts.FindAsync(change.AccountId, Cancel);
        var (rows, feed) = (await Engine.CountRowsAsync(), await ReadFeedAsync());
        var fresh = Given.Session(change.AccountId) with { MacKeyId = macKeyId };

        Assert.IsType<TOutcome>(await AccountSessions.TryChangePasswordAsync(change, fresh, Unnamed));

        Assert.Equivalent(before, await Accounts.FindAsync(change.AccountId, Cancel), strict: true);
        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.Equal(feed, await ReadFeedAsync());
    }

    static PasswordChange Change(Account account, Session caller) =>
        new(account.Id, account.SecurityStamp, new HashedPassword("another hash"), caller.Id);
}
