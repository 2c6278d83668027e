using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>An owner asks for the deletion of the account, and may take that back.</summary>
public abstract class DeletionContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly DateTimeOffset Due = Given.Now.AddDays(14);

    [Fact]
    public async Task A_request_ends_the_sessions_and_lets_no_login_through_that_has_begun_before()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);

        var events = await RequestAsync(account, session);

        Assert.Equal([EventKind.AccountDeletionRequested, EventKind.SessionEnded], events.Select(one => one.Kind));
        Assert.Equal(events.Select(one => one.Id), (await ReadEventsAsync()).Select(one => one.Id).TakeLast(2));
        Assert.Equal(EndReason.AccountDeleted, (await ReadAsync(session)).End!.Reason);
        Assert.Equal(Due, (await Accounts.FindAsync(account.Id, Cancel))!.DeleteAt);
        Assert.False(await Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device));
    }

    [Fact]
    public async Task Only_a_live_session_of_the_account_can_request_it_and_only_once()
    {
        var account = await StoredAccountAsync();
        var ended = await StoredSessionAsync(account);
        await Sessions.TryEndAsync(ended.Id, Given.By.Ends(EndReason.Logout, Given.Now));
        var session = await StoredSessionAsync(account);

        Assert.Empty(await RequestAsync(account, ended));
        Assert.Empty(await RequestAsync(account, await StoredSessionAsync()));
        Assert.Single(await InParallelAsync(8, _ => RequestAsync(account, session)), one => one.Count > 0);

        var disabled = await StoredAccountAsync();
        var last = await StoredSessionAsync(disabled);
        await Accounts.TryDisableAsync(disabled.Id, Given.Now);
        Assert.Empty(await RequestAsync(disabled, last));
        Assert.Null((await Accounts.FindAsync(disabled.Id, Cancel))!.DeleteAt);
    }

    [Fact]
    public async Task A_session_that_has_expired_or_whose_key_was_revoked_cannot_request_it()
    {
        var account = await StoredAccountAsync();
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(7)], []));
        var expired = await StoredSessionAsync(account, one => one with { IdleExpiresAt = Given.Now });
        var revoked = await StoredSessionAsync(account, one => one with { MacKeyId = 7 });
        await Keys.RevokeAsync("mac-7", Given.Now);

        Assert.Empty(await RequestAsync(account, expired));
        Assert.Empty(await RequestAsync(account, revoked));

        Assert.Null((await Accounts.FindAsync(account.Id, Cancel))!.DeleteAt);
    }

    [Fact]
    public async Task What_was_sent_to_keep_the_account_is_gone_once_it_is_kept()
    {
        var (account, other) = (await RequestedAsync(), await RequestedAsync());
        var (sent, sentToOther) = (await RestoreAsync(account), await RestoreAsync(other));

        Assert.False(await CancelAsync(account.Id, "another stamp"));
        Assert.True(await CancelAsync(account.Id, stamp: null));

        var secrets = Engine.Get<ISecretStore>();
        Assert.False(await secrets.TakeAsync(sent, Given.Now));
        Assert.True(await secrets.TakeAsync(sentToOther, Given.Now));
    }

    [Fact]
    public async Task An_account_that_an_operator_has_disabled_is_not_deleted()
    {
        var account = await RequestedAsync();
        await Accounts.TryDisableAsync(account.Id, Given.Now);

        Assert.Empty(await Accounts.ListToDeleteAsync(Due, 10, Cancel));
        Assert.Empty(await DeleteAsync(account.Id, Due));

        Assert.NotNull(await Accounts.FindAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task A_request_while_the_session_is_ended_by_a_new_password_changes_nothing()
    {
        for (var round = 0; round < 50; round++)
        {
            var account = await StoredAccountAsync();
            var session = await StoredSessionAsync(account);

            var request = Task.Run(() => RequestAsync(account, session));
            var change = Accounts.TrySetPasswordAsync(account.Id, new HashedPassword("$argon2id$new"), Given.By.Does(EventKind.AccountPasswordChanged, Given.Now));
            await Task.WhenAll(request, change);

            var end = (await ReadAsync(session)).End!.Reason;
            Assert.Equal(end == EndReason.AccountDeleted, (await request).Count > 0);
            Assert.Equal(end == EndReason.AccountDeleted, (await Accounts.FindAsync(account.Id, Cancel))!.DeleteAt is not null);
        }
    }

    [Fact]
    public async Task The_owner_keeps_the_account_once_and_only_as_it_was_at_the_login()
    {
        var account = await RequestedAsync();

        Assert.False(await CancelAsync(account.Id, "another stamp"));
        Assert.Single(await InParallelAsync(8, _ => CancelAsync(account.Id, account.SecurityStamp)), true);
        Assert.False(await CancelAsync(account.Id, stamp: null));

        Assert.Null((await Accounts.FindAsync(account.Id, Cancel))!.DeleteAt);
        Assert.Single(await ReadEventsAsync(), one => one.Kind == EventKind.AccountDeletionCancelled);
        Assert.Empty(await DeleteAsync(account.Id, Due));
    }

    [Fact]
    public async Task Only_accounts_that_are_due_are_deleted_and_those_first_that_are_due_longest()
    {
        var (later, first) = (await RequestedAsync(Due.AddDays(1)), await RequestedAsync());
        var untouched = await StoredAccountAsync();

        Assert.Empty(await Accounts.ListToDeleteAsync(Due.AddMilliseconds(-1), 10, Cancel));
        Assert.Equal([first.Id], await Accounts.ListToDeleteAsync(Due, 10, Cancel));
        Assert.Equal([first.Id, later.Id], await Accounts.ListToDeleteAsync(Due.AddDays(1), 10, Cancel));
        Assert.Equal([first.Id], await Accounts.ListToDeleteAsync(Due.AddDays(1), 1, Cancel));

        Assert.Empty(await DeleteAsync(first.Id, Due.AddMilliseconds(-1)));
        Assert.Empty(await DeleteAsync(later.Id, Due));
        Assert.Empty(await DeleteAsync(untouched.Id, Due));
        Assert.Single(await InParallelAsync(4, _ => DeleteAsync(first.Id, Due)), one => one.Count > 0);
        Assert.Null(await Accounts.FindAsync(first.Id, Cancel));
        Assert.NotNull(await Accounts.FindAsync(later.Id, Cancel));
    }

    [Fact]
    public async Task Keeping_and_deleting_at_the_same_moment_do_one_of_both()
    {
        for (var round = 0; round < 50; round++)
        {
            var account = await RequestedAsync();

            var (kept, deleted) = (Task.Run(() => CancelAsync(account.Id, stamp: null)), Task.Run(() => DeleteAsync(account.Id, Due)));
            await Task.WhenAll(kept, deleted);

            Assert.NotEqual(await kept, (await deleted).Count > 0);
        }
    }

    [Fact]
    public async Task The_profile_is_deleted_with_the_account()
    {
        var account = await StoredAccountAsync();
        var profiles = Engine.Get<IProfileStore>();
        Assert.True(await profiles.TrySetAsync(account.Id, Profile.None, new Profile { Name = "Ada" }, ProfileStoreContract<TEngine>.Changed(account.Id)));

        await Accounts.TryDeleteAsync(account.Id, Given.Now);

        Assert.Equal(Profile.None, await profiles.FindAsync(account.Id, Cancel));
    }

    Task<IReadOnlyList<Event>> RequestAsync(Account account, Session session, DateTimeOffset? due = null) => Accounts.TryRequestDeletionAsync(
        new DeletionRequest(account.Id, session.Id, due ?? Due),
        Given.By.Does(EventKind.AccountDeletionRequested, Given.Now) with { AccountId = account.Id });

    async Task<Account> RequestedAsync(DateTimeOffset? due = null)
    {
        var account = await StoredAccountAsync();
        Assert.NotEmpty(await RequestAsync(account, await StoredSessionAsync(account), due));
        return (await Accounts.FindAsync(account.Id, Cancel))!;
    }

    async Task<SecretKey> RestoreAsync(Account account)
    {
        var id = Given.Id();
        var key = new SecretKey(MailSecrets.Restore.Name, id, [.. id.ToByteArray(), .. id.ToByteArray()]);
        await Engine.Get<ISecretStore>().AddAsync(key, new SecretContent(account.Id, [], Due), tries: 5, most: 50);
        return key;
    }

    Task<bool> CancelAsync(Guid id, string? stamp) => Accounts.TryCancelDeletionAsync(
        id, stamp, Given.By.Does(EventKind.AccountDeletionCancelled, Given.Now) with { AccountId = id });

    Task<IReadOnlyList<Event>> DeleteAsync(Guid id, DateTimeOffset due) => Accounts.TryDeleteAsync(
        id, Given.By.Does(EventKind.AccountDeleted, due) with { AccountId = id }, due);
}
