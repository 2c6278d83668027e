using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>Many accounts are added at once.</summary>
public abstract class ManyAccountsContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly AccountClaims Claims = new() { Roles = ["admin", "ops"], Custom = [new AccountClaim("tenant", "t\"'\\1"), new AccountClaim("note", "\0ü")] };

    [Fact]
    public async Task The_accounts_are_stored_unchanged_each_with_its_event()
    {
        Account[] added =
        [
            Given.Account(),
            Given.Account() with { Claims = Claims, DisabledAt = Given.Now.AddDays(1), PasswordHash = null },
            Given.Account() with
            {
                Identifiers = [Given.Email("grace'@example.com", "Grace\\'@Example.com") with { VerifiedAt = Given.Now }, Given.Email("ürsel\"@example.com")],
                CreatedAt = Given.Now.AddYears(-9),
            },
            Given.Account() with { Identifiers = [] },
        ];

        Assert.True(await Accounts.TryCreateAllAsync(added));

        foreach (var account in added) Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.Equal(added[2].Id, await Accounts.FindIdAsync(IdentifierKind.Email, "grace'@example.com", Cancel));
        var events = await ReadEventsAsync();
        Assert.All(events, done => Assert.Equal(EventKind.AccountAdded, done.Kind));
        Assert.Equal(added.Select(account => account.Id).Order(), events.Select(done => done.AccountId!.Value).Order());
    }

    [Fact]
    public async Task If_one_identifier_is_taken_no_account_is_added_and_there_is_no_event()
    {
        var holder = await StoredAccountAsync();
        var rows = await Engine.CountRowsAsync();
        var (first, second) = (Given.Account(), Given.Account() with { Identifiers = [Given.Email("free@example.com"), holder.Identifiers[0]] });

        Assert.False(await Accounts.TryCreateAllAsync(first, second));

        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.Null(await Accounts.FindAsync(first.Id, Cancel));
    }

    [Fact]
    public async Task If_one_id_is_taken_no_account_is_added()
    {
        var holder = await StoredAccountAsync();
        var rows = await Engine.CountRowsAsync();

        Assert.False(await Accounts.TryCreateAllAsync(Given.Account(), Given.Account() with { Id = holder.Id }));

        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.Equivalent(holder, await Accounts.FindAsync(holder.Id, Cancel), strict: true);
    }

    [Fact]
    public async Task Factors_are_added_with_their_account_and_a_passkey_that_is_taken_adds_nothing()
    {
        var (first, second, third) = (Given.Account(), Given.Account(), Given.Account());
        var app = GivenFactors.App(first) with { Name = "Telephone", LastUsedAt = Given.Now };
        var (codes, passkey) = (GivenFactors.Codes(), Given.Passkey(first.Id));

        Assert.True(await Accounts.TryCreateAllAsync([new NewAccount(first, Added(first), new NewFactors([app], codes, [passkey])), new NewAccount(second, Added(second))]));
        var rows = await Engine.CountRowsAsync();
        var taken = new NewFactors([GivenFactors.App(third)], GivenFactors.Codes(), [Given.Passkey(third.Id) with { CredentialId = passkey.CredentialId }]);
        Assert.False(await Accounts.TryCreateAllAsync([new NewAccount(third, Added(third), taken)]));

        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.Equivalent(app, Assert.Single(await Engine.Get<ISecondFactorStore>().ListAsync(first.Id, Cancel)), strict: true);
        Assert.Equal(codes.Count, await Engine.Get<ISecondFactorStore>().CountCodesAsync(first.Id, Cancel));
        Assert.Equivalent(passkey, Assert.Single(await Engine.Get<IPasskeyStore>().ListAsync(first.Id, Cancel)), strict: true);
        Assert.Empty(await Engine.Get<ISecondFactorStore>().ListAsync(second.Id, Cancel));

        static Event Added(Account account) => Given.By.Does(EventKind.AccountAdded, Given.Now) with { AccountId = account.Id };
    }

    [Fact]
    public async Task An_account_is_found_once_by_its_id_or_identifier()
    {
        var (first, second) = (await StoredAccountAsync(Claims), await StoredAccountAsync());
        await StoredAccountAsync();

        var holders = await Accounts.FindHoldersAsync(
            [
                Given.Account(), Given.Account() with { Id = first.Id },
                Given.Account() with { Identifiers = [Given.Email("free@example.com"), first.Identifiers[0], second.Identifiers[0]] },
            ], Cancel);

        Assert.Equivalent(new[] { first, second }, holders.OrderBy(holder => holder.Id), strict: true);
        Assert.Empty(await Accounts.FindHoldersAsync([Given.Account()], Cancel));
    }

    [Fact]
    public async Task One_of_several_parallel_additions_that_share_an_identifier_succeeds_and_the_others_leave_nothing()
    {
        var names = Enumerable.Range(0, 50).Select(number => Given.Email($"{number}@example.com")).ToList();

        var added = await InParallelAsync(8, caller => Accounts.TryCreateAllAsync(
            [.. (caller % 2 == 0 ? names : names.AsEnumerable().Reverse()).Select(name => Given.Account() with { Identifiers = [name] })]));

        Assert.Single(added, true);
        Assert.Equal(50, (await Accounts.ListAsync(null, 1000, Cancel)).Count);
        Assert.Equal(50, (await ReadEventsAsync()).Count);
    }
}
