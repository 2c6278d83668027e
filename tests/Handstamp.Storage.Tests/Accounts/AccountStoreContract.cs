using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Accounts;

public abstract class AccountStoreContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly AccountClaims Claims = new()
    {
        Roles = ["admin", "ürün"],
        Custom = [new AccountClaim("tenant", "t'1")],
    };

    [Fact]
    public async Task An_account_is_found_by_its_id_as_it_was_created()
    {
        var account = Given.Account();
        account.Claims = Claims;
        account.DisabledAt = Given.Now;

        Assert.True(await Accounts.TryCreateAsync(account));

        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
    }

    [Fact]
    public async Task An_account_is_found_by_its_normalized_address()
    {
        var account = await StoredAccountAsync();

        Assert.Equivalent(account, await Accounts.FindByEmailAsync(account.NormalizedEmail, Cancel), strict: true);
        Assert.Null(await Accounts.FindByEmailAsync(account.Email, Cancel));
    }

    [Fact]
    public async Task An_account_may_have_no_password_and_no_claims()
    {
        var account = Given.Account();
        account.PasswordHash = null;

        await Accounts.TryCreateAsync(account);

        var found = await Accounts.FindAsync(account.Id, Cancel);
        Assert.Null(found!.PasswordHash);
        Assert.Equal(AccountClaims.None, found.Claims);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await StoredAccountAsync();

        Assert.Null(await Accounts.FindAsync(Given.Id(), Cancel));
        Assert.Null(await Accounts.FindByEmailAsync("nobody@example.com", Cancel));
    }

    [Fact]
    public async Task A_taken_address_is_refused_and_its_account_stays_as_it_is()
    {
        var first = await StoredAccountAsync();
        var second = Given.Account();
        second.NormalizedEmail = first.NormalizedEmail;

        Assert.False(await Accounts.TryCreateAsync(second));

        Assert.Null(await Accounts.FindAsync(second.Id, Cancel));
        Assert.Equivalent(first, await Accounts.FindByEmailAsync(first.NormalizedEmail, Cancel), strict: true);
    }

    [Fact]
    public async Task Of_parallel_registrations_of_one_address_one_succeeds()
    {
        var created = await InParallelAsync(32, _ =>
        {
            var account = Given.Account();
            account.NormalizedEmail = "ada@example.com";
            return Accounts.TryCreateAsync(account);
        });

        Assert.Single(created, true);
    }

    [Fact]
    public async Task Accounts_are_listed_in_the_order_of_their_addresses_page_by_page()
    {
        foreach (var name in (string[])["cem", "ada", "zoë", "bob", "Zed"]) await CreateAsync(name);

        var first = await Accounts.ListAsync(null, 3, Cancel);
        var second = await Accounts.ListAsync(first[^1].NormalizedEmail, 3, Cancel);

        Assert.Equal(["Zed", "ada", "bob"], first.Select(account => account.NormalizedEmail));
        Assert.Equal(["cem", "zoë"], second.Select(account => account.NormalizedEmail));
        Assert.Empty(await Accounts.ListAsync("zoë", 3, Cancel));
    }

    [Fact]
    public async Task An_update_of_the_latest_reading_is_written()
    {
        var account = await StoredAccountAsync();

        var update = await Accounts.TryUpdateAsync(Changed(account), account.ConcurrencyStamp, null);

        Assert.Equal(AccountUpdate.Done, update);
        Assert.Equivalent(Changed(account), await Accounts.FindAsync(account.Id, Cancel), strict: true);
    }

    [Fact]
    public async Task An_update_of_an_older_reading_writes_nothing()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);

        var update = await Accounts.TryUpdateAsync(Changed(account), "an older stamp", Ending());

        Assert.Equal(AccountUpdate.Changed, update);
        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.True(await IsAliveAsync(session));
    }

    [Fact]
    public async Task Of_parallel_updates_of_one_reading_one_is_written()
    {
        var account = await StoredAccountAsync();

        var updates = await InParallelAsync(32, caller =>
        {
            var changed = Changed(account);
            changed.ConcurrencyStamp = $"caller {caller}";
            return Accounts.TryUpdateAsync(changed, account.ConcurrencyStamp, null);
        });

        Assert.Single(updates, AccountUpdate.Done);
        Assert.Equal(31, updates.Count(update => update == AccountUpdate.Changed));
    }

    [Fact]
    public async Task An_update_of_an_unknown_account_has_nothing_to_write() =>
        Assert.Equal(AccountUpdate.Changed, await Accounts.TryUpdateAsync(Given.Account(), "any", null));

    [Fact]
    public async Task An_update_to_a_taken_address_writes_nothing()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var session = await StoredSessionAsync(account);
        var changed = Changed(account);
        changed.NormalizedEmail = other.NormalizedEmail;

        var update = await Accounts.TryUpdateAsync(changed, account.ConcurrencyStamp, Ending());

        Assert.Equal(AccountUpdate.AddressTaken, update);
        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.True(await IsAliveAsync(session));
    }

    [Fact]
    public async Task An_update_that_ends_sessions_ends_all_of_the_account()
    {
        var account = await StoredAccountAsync();
        Session[] sessions = [await StoredSessionAsync(account), await StoredSessionAsync(account)];
        var others = await StoredSessionAsync();

        await Accounts.TryUpdateAsync(Changed(account), account.ConcurrencyStamp, Ending());

        Assert.True(await IsAliveAsync(others));
        foreach (var session in sessions)
            Assert.Equal(new SessionEnd(Given.Now, EndReason.PasswordChanged), (await ReadAsync(session)).End);
        Assert.Equal(sessions.Select(session => session.Id).Order(), (await ReadFeedAsync()).Select(entry => entry.SessionId!.Value).Order());
    }

    [Fact]
    public async Task A_deleted_account_is_gone_and_its_address_is_free()
    {
        var account = await StoredAccountAsync();

        Assert.True(await Accounts.DeleteAsync(account.Id, Given.Now));

        Assert.Null(await Accounts.FindAsync(account.Id, Cancel));
        var next = Given.Account();
        next.NormalizedEmail = account.NormalizedEmail;
        Assert.True(await Accounts.TryCreateAsync(next));
    }

    [Fact]
    public async Task The_sessions_of_a_deleted_account_end_and_can_still_be_read()
    {
        var account = await StoredAccountAsync(Claims);
        var session = await StoredSessionAsync(account);
        var others = await StoredSessionAsync();

        await Accounts.DeleteAsync(account.Id, Given.Now);

        var reading = await ReadAsync(session);
        Assert.Equal(new SessionEnd(Given.Now, EndReason.AccountDeleted), reading.End);
        Assert.Equal(AccountState.Deleted, reading.Account);
        Assert.Equal(AccountClaims.None, reading.Claims);
        Assert.True(await IsAliveAsync(others));
        Assert.Equal([session.Id], (await ReadFeedAsync()).Select(entry => entry.SessionId!.Value));
    }

    [Fact]
    public async Task A_login_at_the_moment_in_which_the_account_is_disabled_leaves_no_live_session()
    {
        for (var round = 0; round < 100; round++)
        {
            var account = await StoredAccountAsync();
            var session = Given.Session(account.Id);
            account.DisabledAt = Given.Now;

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            var disabled = await Accounts.TryUpdateAsync(
                account, account.ConcurrencyStamp, Given.By.Ends(EndReason.AccountDisabled, Given.Now));

            Assert.Equal(AccountUpdate.Done, disabled);
            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task A_login_with_the_password_that_is_changed_at_that_moment_leaves_no_live_session()
    {
        for (var round = 0; round < 100; round++)
        {
            var account = await StoredAccountAsync();
            var session = Given.Session(account.Id);
            account.SecurityStamp = "another security stamp";

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            var changed = await Accounts.TryUpdateAsync(account, account.ConcurrencyStamp, Ending());

            Assert.Equal(AccountUpdate.Done, changed);
            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task An_account_is_deleted_once()
    {
        var account = await StoredAccountAsync();

        Assert.Single(await InParallelAsync(8, _ => Accounts.DeleteAsync(account.Id, Given.Now)), true);
        Assert.False(await Accounts.DeleteAsync(Given.Id(), Given.Now));
    }

    static SessionEnding Ending() => Given.By.Ends(EndReason.PasswordChanged, Given.Now);

    static Account Changed(Account account) => new()
    {
        Id = account.Id,
        Email = "Grace@Example.com",
        NormalizedEmail = "grace@example.com",
        PasswordHash = "another hash",
        Claims = Claims,
        SecurityStamp = "another security stamp",
        ConcurrencyStamp = "another concurrency stamp",
        CreatedAt = account.CreatedAt,
        DisabledAt = Given.Now,
    };

    async Task CreateAsync(string normalizedEmail)
    {
        var account = Given.Account();
        account.NormalizedEmail = normalizedEmail;
        Assert.True(await Accounts.TryCreateAsync(account));
    }
}
