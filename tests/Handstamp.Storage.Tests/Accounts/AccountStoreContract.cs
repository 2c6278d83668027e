using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
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
    public async Task The_terms_are_accepted_once_for_each_version()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        Assert.Null((await Accounts.FindAsync(account.Id, Cancel))!.Terms);

        foreach (var (version, isNew) in new[] { ("1", true), ("1", false), ("2", true) })
        {
            var terms = new AcceptedTerms(version, Given.Now);
            Assert.Equal(isNew, await Accounts.TryAcceptTermsAsync(account.Id, terms, Accepted()));
            Assert.Equal(terms, (await Accounts.FindAsync(account.Id, Cancel))!.Terms);
        }

        Assert.False(await Accounts.TryAcceptTermsAsync(Given.Id(), new AcceptedTerms("1", Given.Now), Accepted()));
        Assert.Equal(2, (await ReadEventsAsync()).Count(one => one.Kind == EventKind.AccountTermsAccepted));
        Assert.Null((await Accounts.FindAsync(other.Id, Cancel))!.Terms);

        Event Accepted() => Given.By.Does(EventKind.AccountTermsAccepted, Given.Now) with { AccountId = account.Id };
    }

    [Fact]
    public async Task What_an_account_has_accepted_is_stored_with_it()
    {
        var (one, several) = (Given.Account() with { Terms = new AcceptedTerms("1", Given.Now) }, Given.Account() with { Terms = new AcceptedTerms("2", Given.Now) });
        await Accounts.TryCreateAsync(one);
        await Accounts.TryCreateAllAsync([new NewAccount(several, Given.By.Does(EventKind.AccountAdded, Given.Now) with { AccountId = several.Id })]);

        Assert.Equal((one.Terms, several.Terms), ((await Accounts.FindAsync(one.Id, Cancel))!.Terms, (await Accounts.FindAsync(several.Id, Cancel))!.Terms));
    }

    [Fact]
    public async Task An_account_is_found_by_its_id_as_it_was_created()
    {
        var account = Given.Account() with { Claims = Claims, DisabledAt = Given.Now };

        Assert.True(await Accounts.TryCreateAsync(account));

        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
    }

    [Fact]
    public async Task An_account_is_found_by_the_canonical_form_of_each_of_its_names()
    {
        var account = Given.Account() with
        {
            Identifiers =
            [
                Given.Email("ada@example.com", "Ada@Example.com"),
                Given.Email("\u00fcrsel'\"@example.com") with { VerifiedAt = Given.Now },
            ],
        };
        Assert.True(await Accounts.TryCreateAsync(account));

        foreach (var identifier in account.Identifiers)
        {
            Assert.Equivalent(account, await FindByEmailAsync(identifier.Canonical), strict: true);
            Assert.Equal(account.Id, await Accounts.FindIdAsync(IdentifierKind.Email, identifier.Canonical, Cancel));
        }
        Assert.Null(await Accounts.FindIdAsync(IdentifierKind.Email, "nobody@example.com", Cancel));
        Assert.Null(await FindByEmailAsync("Ada@Example.com"));
        Assert.Null(await Accounts.FindAsync(0, "ada@example.com", Cancel));
    }

    [Fact]
    public async Task An_account_may_have_no_password_no_name_and_no_claims()
    {
        var account = Given.Account() with { PasswordHash = null, Identifiers = [] };

        await Accounts.TryCreateAsync(account);

        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
    }

    [Fact]
    public async Task An_unknown_account_is_not_found()
    {
        await StoredAccountAsync();

        Assert.Null(await Accounts.FindAsync(Given.Id(), Cancel));
        Assert.Null(await FindByEmailAsync("nobody@example.com"));
    }

    [Fact]
    public async Task An_account_with_any_taken_name_is_refused_and_nothing_is_written()
    {
        var first = await StoredAccountAsync();
        var second = Given.Account() with { Identifiers = [Given.Email("free@example.com"), first.Identifiers[0]] };
        var rows = await Engine.CountRowsAsync();

        Assert.False(await Accounts.TryCreateAsync(second));

        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.Null(await Accounts.FindAsync(second.Id, Cancel));
        Assert.Null(await FindByEmailAsync("free@example.com"));
        Assert.Equivalent(first, await FindByEmailAsync(first.Identifiers[0].Canonical), strict: true);
    }

    [Fact]
    public async Task One_of_several_parallel_registrations_of_the_same_names_succeeds()
    {
        Identifier[] names = [Given.Email("ada@example.com"), Given.Email("grace@example.com")];

        var created = await InParallelAsync(32, caller => Accounts.TryCreateAsync(
            Given.Account() with { Identifiers = caller % 2 == 0 ? names : [.. names.Reverse()] }));

        Assert.Single(created, true);
    }

    [Fact]
    public async Task Accounts_are_listed_page_by_page_in_the_order_of_adding()
    {
        List<Account> added = [];
        for (var account = 0; account < 5; account++) added.Add(await StoredAccountAsync());

        var first = await Accounts.ListAsync(null, 3, Cancel);
        var second = await Accounts.ListAsync(first[^1].Id, 3, Cancel);

        Assert.Equivalent(added, first.Concat(second), strict: true);
        Assert.Equal(added.Select(account => account.Id), first.Concat(second).Select(account => account.Id));
        Assert.Empty(await Accounts.ListAsync(added[^1].Id, 3, Cancel));
    }

    [Fact]
    public async Task A_set_password_is_stored_with_its_stamp_and_ends_every_session_of_the_account()
    {
        var account = await StoredAccountAsync(Claims);
        var password = new HashedPassword("another hash");

        await EndsAllAsync(account, EndReason.PasswordChanged, () => Accounts.TrySetPasswordAsync(account.Id, password, Given.Now));

        await IsAsync(account with { PasswordHash = password.Hash, SecurityStamp = password.Stamp });
    }

    [Fact]
    public async Task A_hash_is_replaced_only_if_it_is_the_verified_one_and_no_session_ends()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);

        Assert.False(await Accounts.TryRehashAsync(account.Id, "an older hash", "another hash"));
        await IsAsync(account);

        Assert.True(await Accounts.TryRehashAsync(account.Id, account.PasswordHash!, "another hash"));
        await IsAsync(account with { PasswordHash = "another hash" });
        Assert.True(await IsAliveAsync(session));
    }

    [Fact]
    public async Task An_account_is_disabled_once_with_its_sessions_and_enabled_once()
    {
        var account = await StoredAccountAsync(Claims);

        await EndsAllAsync(account, EndReason.AccountDisabled, () => Accounts.TryDisableAsync(account.Id, Given.Now));
        Assert.False(await Accounts.TryDisableAsync(account.Id, Given.Now.AddDays(1)));
        await IsAsync(account with { DisabledAt = Given.Now });

        Assert.True(await Accounts.TryEnableAsync(account.Id));
        Assert.False(await Accounts.TryEnableAsync(account.Id));
        await IsAsync(account);
    }

    [Fact]
    public async Task Claims_are_replaced_only_if_they_are_those_that_were_read_and_no_session_ends()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);

        Assert.True(await Accounts.TrySetClaimsAsync(account.Id, AccountClaims.None, Claims));
        Assert.False(await Accounts.TrySetClaimsAsync(account.Id, AccountClaims.None, new AccountClaims { Roles = ["late"] }));
        await IsAsync(account with { Claims = Claims });

        Assert.True(await Accounts.TrySetClaimsAsync(account.Id, Claims, AccountClaims.None));
        await IsAsync(account);
        Assert.True(await IsAliveAsync(session));
    }

    [Theory]
    [InlineData("""{ "custom": [{"value":"acme","name":"tenant"}], "roles": ["admin"] }""")]
    [InlineData("""{"roles":["admin"]}""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Claims_that_were_written_by_hand_in_another_spelling_are_replaced_too(string written)
    {
        var id = (await StoredAccountAsync(Claims)).Id;
        await WriteByHandAsync(written);
        var read = (await Accounts.FindAsync(id, Cancel))!.Claims;

        Assert.True(await Accounts.TrySetClaimsAsync(id, read, read with { Roles = ["ops"] }));
        Assert.False(await Accounts.TrySetClaimsAsync(id, read, read with { Roles = ["late"] }));

        var stored = (await Accounts.FindAsync(id, Cancel))!.Claims;
        Assert.Equal(["ops"], stored.Roles);
        Assert.Equal(read.Custom, stored.Custom);
    }

    async Task WriteByHandAsync(string claims)
    {
        while (true)
        {
            try
            {
                await Engine.ChangeAsync($"UPDATE accounts SET claims = '{claims}'");
                return;
            }
            // The conflicting engine fails now and then on purpose.
            catch (Exception fault) when (fault.Message.Contains("injected", StringComparison.Ordinal))
            {
            }
        }
    }

    [Fact]
    public async Task One_of_several_parallel_replacements_of_the_same_claims_succeeds()
    {
        var account = await StoredAccountAsync();

        var replaced = await InParallelAsync(8, caller => Accounts.TrySetClaimsAsync(
            account.Id, AccountClaims.None, new AccountClaims { Roles = [$"caller-{caller}"] }));

        Assert.Single(replaced, true);
    }

    [Fact]
    public async Task Operations_on_an_unknown_account_do_nothing()
    {
        var id = Given.Id();

        Assert.False(await Accounts.TrySetPasswordAsync(id, new HashedPassword("hash"), Given.Now));
        Assert.False(await Accounts.TryRehashAsync(id, "hash", "another hash"));
        Assert.False(await Accounts.TryDisableAsync(id, Given.Now));
        Assert.False(await Accounts.TryEnableAsync(id));
        Assert.False(await Accounts.TrySetClaimsAsync(id, AccountClaims.None, Claims));
    }

    [Fact]
    public async Task A_deleted_account_is_not_found_and_its_address_is_free()
    {
        var account = await StoredAccountAsync();

        Assert.True(await Accounts.TryDeleteAsync(account.Id, Given.Now));

        Assert.Null(await Accounts.FindAsync(account.Id, Cancel));
        Assert.Null(await FindByEmailAsync(account.Identifiers[0].Canonical));
        Assert.True(await Accounts.TryCreateAsync(Given.Account() with { Identifiers = account.Identifiers }));
    }

    [Fact]
    public async Task The_sessions_of_a_deleted_account_end_and_can_still_be_read()
    {
        var account = await StoredAccountAsync(Claims);
        var session = await StoredSessionAsync(account);
        var others = await StoredSessionAsync();

        await Accounts.TryDeleteAsync(account.Id, Given.Now);

        var reading = await ReadAsync(session);
        Assert.Equal(new SessionEnd(Given.Now, EndReason.AccountDeleted), reading.End);
        Assert.Equal(AccountState.Deleted, reading.Account);
        Assert.Equal(AccountClaims.None, reading.Claims);
        Assert.True(await IsAliveAsync(others));
        Assert.Equal([session.Id], (await ReadFeedAsync()).Select(entry => entry.SessionId!.Value));
    }

    [Fact]
    public async Task A_login_while_the_account_is_being_disabled_leaves_no_live_session()
    {
        for (var round = 0; round < 100; round++)
        {
            var account = await StoredAccountAsync();
            var session = Given.Session(account.Id);

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            Assert.True(await Accounts.TryDisableAsync(account.Id, Given.Now));

            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task A_login_while_the_password_is_being_changed_leaves_no_live_session()
    {
        for (var round = 0; round < 100; round++)
        {
            var account = await StoredAccountAsync();
            var session = Given.Session(account.Id);

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            Assert.True(await Accounts.TrySetPasswordAsync(account.Id, new HashedPassword("another hash"), Given.Now));

            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task An_account_is_deleted_once()
    {
        var account = await StoredAccountAsync();

        Assert.Single(await InParallelAsync(8, _ => Accounts.TryDeleteAsync(account.Id, Given.Now)), true);
        Assert.False(await Accounts.TryDeleteAsync(Given.Id(), Given.Now));
    }

    Task<Account?> FindByEmailAsync(string canonical) => Accounts.FindAsync(IdentifierKind.Email, canonical, Cancel);

    async Task IsAsync(Account account) =>
        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);

    /// <summary>
    /// The change ends the account's sessions, with this reason and with entries on the feed, and no other sessions.
    /// </summary>
    async Task EndsAllAsync(Account account, EndReason reason, Func<Task<bool>> change)
    {
        Session[] sessions = [await StoredSessionAsync(account), await StoredSessionAsync(account)];
        var others = await StoredSessionAsync();

        Assert.True(await change());

        Assert.True(await IsAliveAsync(others));
        foreach (var session in sessions) Assert.Equal(new SessionEnd(Given.Now, reason), (await ReadAsync(session)).End);
        Assert.Equal(sessions.Select(session => session.Id).Order(), (await ReadFeedAsync()).Select(entry => entry.SessionId!.Value).Order());
    }
}
