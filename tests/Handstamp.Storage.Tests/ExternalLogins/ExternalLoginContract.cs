using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;

namespace Handstamp.Storage.Tests.ExternalLogins;

public abstract class ExternalLoginContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const string Issuer = "https://provider.example";
    const int Most = 20;

    IExternalLoginStore Logins => Engine.Get<IExternalLoginStore>();

    [Fact]
    public async Task A_first_login_adds_the_account_and_what_finds_it()
    {
        var account = Given.Account() with { PasswordHash = null };
        var login = Login(account, "ada") with { Label = "Ada \ud83d\udcf1", LastUsedAt = Given.Now.AddMilliseconds(7) };
        Assert.Null(await Logins.TryUseAsync(Issuer, "ada", "x", Given.Now));

        Assert.Equal(ExternalCreation.Added, await CreateAsync(account, login));

        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.Equal(login, Assert.Single(await Logins.ListAsync(account.Id, Cancel)));
        Assert.Equal(account.Id, await Logins.TryUseAsync(Issuer, "ada", null, Given.Now));
        Assert.Equal(EventKind.AccountAdded, Assert.Single(await ReadEventsAsync()).Kind);
    }

    [Fact]
    public async Task A_use_notes_its_time_and_the_label_but_never_an_earlier_time()
    {
        var account = await StoredAccountAsync();
        await LinkAsync(account, "ada");

        await Logins.TryUseAsync(Issuer, "ada", "new", Given.Now.AddDays(2));
        await Logins.TryUseAsync(Issuer, "ada", null, Given.Now.AddDays(1));

        var login = Assert.Single(await Logins.ListAsync(account.Id, Cancel));
        Assert.Equal(("new", Given.Now.AddDays(2), Given.Now), (login.Label, login.LastUsedAt, login.CreatedAt));
    }

    [Theory]
    [InlineData("ADA", Issuer)]
    [InlineData("ada ", Issuer)]
    [InlineData("ada", "https://provider.example/")]
    [InlineData("ada", "https://other.example")]
    public async Task Issuer_and_subject_are_compared_exactly(string subject, string issuer)
    {
        await LinkAsync(await StoredAccountAsync(), "ada");

        Assert.Null(await Logins.TryUseAsync(issuer, subject, null, Given.Now));
    }

    [Fact]
    public async Task Of_many_first_logins_at_once_one_adds_an_account()
    {
        var results = await InParallelAsync(16, async _ =>
        {
            var account = Given.Account();
            return (account.Id, Result: await CreateAsync(account, Login(account, "ada")));
        });

        var added = Assert.Single(results, one => one.Result == ExternalCreation.Added);
        Assert.All(results.Where(one => one.Id != added.Id), one => Assert.Equal(ExternalCreation.Known, one.Result));
        Assert.Equal(added.Id, await Logins.TryUseAsync(Issuer, "ada", null, Given.Now));
        Assert.Equal(added.Id, Assert.Single(await Accounts.ListAsync(null, 100, Cancel)).Id);
        Assert.Single(await ReadEventsAsync());
    }

    [Fact]
    public async Task Of_many_with_the_same_address_at_different_providers_one_adds_an_account()
    {
        var email = Given.Account().Identifiers;
        var results = await InParallelAsync(16, async caller =>
        {
            var account = Given.Account() with { Identifiers = email };
            return await CreateAsync(account, Login(account, $"ada-{caller}"));
        });

        Assert.Single(results, ExternalCreation.Added);
        Assert.Equal(15, results.Count(one => one == ExternalCreation.AddressTaken));
        Assert.Single(await Accounts.ListAsync(null, 100, Cancel));
    }

    [Fact]
    public async Task Where_the_address_is_taken_nothing_is_added()
    {
        var holder = await StoredAccountAsync();
        var (account, events) = (Given.Account() with { Identifiers = holder.Identifiers }, (await ReadEventsAsync()).Count);

        Assert.Equal(ExternalCreation.AddressTaken, await CreateAsync(account, Login(account, "ada")));

        Assert.Null(await Logins.TryUseAsync(Issuer, "ada", null, Given.Now));
        Assert.Null(await Accounts.FindAsync(account.Id, Cancel));
        Assert.Equal(events, (await ReadEventsAsync()).Count);
    }

    [Fact]
    public async Task A_person_at_a_provider_has_one_account()
    {
        var (one, other) = (await StoredAccountAsync(), await StoredAccountAsync());

        Assert.Equal(ExternalLinking.Linked, await LinkAsync(one, "ada"));
        var events = (await ReadEventsAsync()).Count;
        Assert.Equal(ExternalLinking.Unchanged, await LinkAsync(one, "ada"));
        Assert.Equal(ExternalLinking.Taken, await LinkAsync(other, "ada"));

        Assert.Empty(await Logins.ListAsync(other.Id, Cancel));
        Assert.Equal(events, (await ReadEventsAsync()).Count);
        Assert.Equal(EventKind.ExternalLoginAdded, (await ReadEventsAsync())[^1].Kind);
    }

    [Fact]
    public async Task Of_many_accounts_that_add_the_same_person_at_once_one_gets_it()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StoredAccountAsync()));

        var results = await InParallelAsync(accounts.Length, caller => LinkAsync(accounts[caller], "ada"));

        Assert.Single(results, ExternalLinking.Linked);
        Assert.Equal(7, results.Count(one => one == ExternalLinking.Taken));
    }

    [Theory]
    [InlineData("another stamp")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task An_account_that_has_changed_gets_nothing(string change)
    {
        var account = await StoredAccountAsync();
        switch (change)
        {
            case "another stamp": account = account with { SecurityStamp = "another" }; break;
            case "disabled": await Accounts.TryDisableAsync(account.Id, Given.Now); break;
            case "deleted": await Accounts.TryDeleteAsync(account.Id, Given.Now); break;
        }

        Assert.Equal(ExternalLinking.AccountChanged, await LinkAsync(account, "ada"));

        Assert.Empty(await Logins.ListAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task An_account_has_at_most_so_many_also_at_once()
    {
        var account = await StoredAccountAsync();

        var results = await InParallelAsync(Most + 8, caller => LinkAsync(account, $"ada-{caller}"));

        Assert.Equal((Most, 8), (results.Count(one => one == ExternalLinking.Linked), results.Count(one => one == ExternalLinking.NoRoom)));
        Assert.Equal(Most, (await Logins.ListAsync(account.Id, Cancel)).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_way_to_log_in_stays(bool hasPassword)
    {
        var account = await WithoutPasswordAsync();
        if (hasPassword) await Accounts.TrySetPasswordAsync(account.Id, new HashedPassword("hash"), Given.Now);
        var login = Assert.Single(await Logins.ListAsync(account.Id, Cancel));

        Assert.Equal(hasPassword ? ExternalUnlinking.Unlinked : ExternalUnlinking.IsLast, await UnlinkAsync(login.Id, account));

        Assert.Equal(hasPassword ? 0 : 1, (await Logins.ListAsync(account.Id, Cancel)).Count);
        Assert.Equal(hasPassword ? EventKind.ExternalLoginRemoved : EventKind.AccountAdded, (await ReadEventsAsync())[^1].Kind);
    }

    // When the former system is gone, it lets nobody in.
    [Fact]
    public async Task A_password_that_only_the_former_system_can_check_is_no_other_way_to_log_in()
    {
        var account = await WithoutPasswordAsync();
        await Accounts.TrySetPasswordAsync(account.Id, new HashedPassword(Account.FormerPassword), Given.Now);
        var login = Assert.Single(await Logins.ListAsync(account.Id, Cancel));

        Assert.Equal(ExternalUnlinking.IsLast, await UnlinkAsync(login.Id, account));
    }

    [Fact]
    public async Task A_passkey_is_another_way_to_log_in()
    {
        var account = await WithoutPasswordAsync();
        var login = Assert.Single(await Logins.ListAsync(account.Id, Cancel));
        var added = Given.By.Does(EventKind.PasskeyAdded, Given.Now) with { AccountId = account.Id };
        await Engine.Get<IPasskeyStore>().AddAsync(Given.Passkey(account.Id), account.SecurityStamp, added);

        Assert.Equal(ExternalUnlinking.Unlinked, await UnlinkAsync(login.Id, account));
    }

    [Fact]
    public async Task Of_all_that_are_removed_at_once_one_stays()
    {
        var account = await WithoutPasswordAsync();
        for (var more = 0; more < 7; more++) await LinkAsync(account, $"ada-{more}");
        var logins = await Logins.ListAsync(account.Id, Cancel);

        var results = await InParallelAsync(logins.Count, caller => UnlinkAsync(logins[caller].Id, account));

        Assert.Single(results, ExternalUnlinking.IsLast);
        Assert.Single(await Logins.ListAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task Nothing_of_another_account_is_removed()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        await LinkAsync(account, "ada");
        var login = Assert.Single(await Logins.ListAsync(account.Id, Cancel));

        Assert.Equal(ExternalUnlinking.NotFound, await UnlinkAsync(login.Id, other));
        Assert.Equal(ExternalUnlinking.NotFound, await UnlinkAsync(Given.Id(), account));

        Assert.Single(await Logins.ListAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task Whoever_deletes_the_account_deletes_them_and_no_others()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        await LinkAsync(account, "ada");
        await LinkAsync(other, "grace");

        await Accounts.TryDeleteAsync(account.Id, Given.Now);

        Assert.Null(await Logins.TryUseAsync(Issuer, "ada", null, Given.Now));
        Assert.Equal(other.Id, await Logins.TryUseAsync(Issuer, "grace", null, Given.Now));
        Assert.Equal(ExternalLinking.Linked, await LinkAsync(other, "ada"));
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        var account = await StoredAccountAsync();
        await LinkAsync(account, "ada");

        await Engine.RestartAsync();

        Assert.Equal(account.Id, await Logins.TryUseAsync(Issuer, "ada", null, Given.Now));
    }

    async Task<Account> WithoutPasswordAsync()
    {
        var account = Given.Account() with { PasswordHash = null };
        Assert.Equal(ExternalCreation.Added, await CreateAsync(account, Login(account, "ada")));
        return account;
    }

    Task<ExternalCreation> CreateAsync(Account account, ExternalLogin login) =>
        Logins.TryCreateAsync(account, login, Given.By.Does(EventKind.AccountAdded, Given.Now) with { AccountId = account.Id });

    Task<ExternalLinking> LinkAsync(Account account, string subject) => Logins.TryLinkAsync(
        Login(account, subject), account.SecurityStamp, Most,
        Given.By.Does(EventKind.ExternalLoginAdded, Given.Now) with { AccountId = account.Id });

    Task<ExternalUnlinking> UnlinkAsync(Guid id, Account account) => Logins.TryUnlinkAsync(
        id, account.Id, Given.By.Does(EventKind.ExternalLoginRemoved, Given.Now) with { AccountId = account.Id });

    static ExternalLogin Login(Account account, string subject) => new()
    {
        Id = Given.Id(),
        AccountId = account.Id,
        Issuer = Issuer,
        Subject = subject,
        Provider = "corp",
        CreatedAt = Given.Now,
        LastUsedAt = Given.Now,
    };
}
