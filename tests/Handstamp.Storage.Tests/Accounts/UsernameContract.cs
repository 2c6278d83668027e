using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>Usernames that are added to an account later, or replaced.</summary>
public abstract class UsernameContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task An_account_gets_a_username_and_keeps_its_other_names()
    {
        var account = await StoredAccountAsync();

        foreach (var name in new[] { "Ada", "ADA", "Lovelace" })
        {
            Assert.Equal(UsernameChange.Changed, await SetAsync(account.Id, name));
            var changed = (await Accounts.FindAsync(account.Id, Cancel))!;
            Assert.Equal((account.Email, name), (changed.Email, changed.Username));
            Assert.Equal(account.Identifiers.Count + 1, changed.Identifiers.Count);
        }

        Assert.Null(await Accounts.FindAsync(IdentifierKind.Username, "ada", Cancel));
        Assert.Equal(account.Id, await Accounts.FindIdAsync(IdentifierKind.Username, "lovelace", Cancel));
        Assert.Equal(3, (await ReadEventsAsync()).Count(one => one.Kind == EventKind.AccountUsernameChanged));
    }

    [Fact]
    public async Task A_username_that_the_account_has_already_changes_nothing()
    {
        var account = await StoredAccountAsync();
        await SetAsync(account.Id, "Ada");

        Assert.Equal(UsernameChange.Unchanged, await SetAsync(account.Id, "Ada"));

        Assert.Single(await ReadEventsAsync(), one => one.Kind == EventKind.AccountUsernameChanged);
    }

    [Fact]
    public async Task A_username_of_another_account_stays_with_it()
    {
        var (holder, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        await SetAsync(holder.Id, "Ada");
        await SetAsync(other.Id, "Grace");

        Assert.Equal(UsernameChange.Taken, await SetAsync(other.Id, "ada"));

        Assert.Equal("Ada", (await Accounts.FindAsync(holder.Id, Cancel))!.Username);
        Assert.Equal("Grace", (await Accounts.FindAsync(other.Id, Cancel))!.Username);
        Assert.Equal(2, (await ReadEventsAsync()).Count(one => one.Kind == EventKind.AccountUsernameChanged));
    }

    [Fact]
    public async Task Of_accounts_that_want_a_username_at_the_same_moment_one_gets_it()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StoredAccountAsync()));

        var results = await InParallelAsync(accounts.Length, caller => SetAsync(accounts[caller].Id, "Ada"));

        Assert.Single(results, UsernameChange.Changed);
        Assert.Equal(accounts.Length - 1, results.Count(result => result == UsernameChange.Taken));
    }

    [Fact]
    public async Task An_account_that_changes_its_username_at_the_same_moment_ends_with_one()
    {
        var account = await StoredAccountAsync();

        var results = await InParallelAsync(8, caller => SetAsync(account.Id, $"ada{caller}"));

        Assert.All(results, result => Assert.Equal(UsernameChange.Changed, result));
        Assert.Single((await Accounts.FindAsync(account.Id, Cancel))!.Identifiers, one => one.Kind == IdentifierKind.Username);
    }

    [Fact]
    public async Task A_session_that_has_ended_changes_no_username()
    {
        var account = await StoredAccountAsync();
        var (session, others) = (await StoredSessionAsync(account), await StoredSessionAsync());
        Assert.Equal(UsernameChange.Changed, await SetAsync(account.Id, "ada", session.Id));
        Assert.Equal(UsernameChange.Gone, await SetAsync(account.Id, "grace", others.Id));
        await Accounts.TryDisableAsync(account.Id, Given.By.Does(EventKind.AccountDisabled, Given.Now) with { AccountId = account.Id });

        Assert.Equal(UsernameChange.Gone, await SetAsync(account.Id, "grace", session.Id));
        Assert.Equal(UsernameChange.Gone, await SetAsync(Given.Id(), "grace"));

        Assert.Equal("ada", (await Accounts.FindAsync(account.Id, Cancel))!.Username);
        Assert.Null(await Accounts.FindIdAsync(IdentifierKind.Username, "grace", Cancel));
    }

    Task<UsernameChange> SetAsync(Guid account, string name, Guid? session = null) => Accounts.TrySetUsernameAsync(
        account, Identifier.OfUsername(name), session,
        Given.By.Does(EventKind.AccountUsernameChanged, Given.Now) with { AccountId = account, SessionId = session });
}
