using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Accounts;

public abstract class SecondFactorStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    ISecondFactorStore Store => Engine.Get<ISecondFactorStore>();

    GivenFactors Factors => new(Store);

    [Fact]
    public async Task An_app_is_no_factor_before_its_first_code()
    {
        var account = await StoredAccountAsync();
        var app = GivenFactors.App(account);

        Assert.True(await Store.TryAddPendingAsync(app));

        Assert.Empty(await Store.ListAsync(account.Id, Cancel));
        Assert.False(await Store.TryUseAsync(GivenFactors.Use(app, step: 1)));
        Assert.Equivalent(app, await Store.FindPendingAsync(account.Id, Given.Now.AddSeconds(-1), Cancel), strict: true);
        Assert.Null(await Store.FindPendingAsync(account.Id, Given.Now, Cancel));
    }

    [Fact]
    public async Task A_new_app_takes_the_place_of_one_that_is_not_confirmed()
    {
        var account = await StoredAccountAsync();
        var (first, second) = (GivenFactors.App(account), GivenFactors.App(account) with { Sealed = [7] });
        Assert.True(await Store.TryAddPendingAsync(first));
        Assert.True(await Store.TryAddPendingAsync(second));

        Assert.Equal(
            TotpConfirmation.Gone,
            await Store.TryConfirmAsync(GivenFactors.Use(first, 1), null, GivenFactors.Most, [], GivenFactors.Done(EventKind.FactorAdded, account)));
        Assert.Equivalent(second, await Store.FindPendingAsync(account.Id, DateTimeOffset.UnixEpoch, Cancel), strict: true);
    }

    [Fact]
    public async Task An_account_that_does_not_exist_gets_no_app() =>
        Assert.False(await Store.TryAddPendingAsync(GivenFactors.App(Given.Account())));

    [Fact]
    public async Task The_first_code_confirms_an_app_and_brings_recovery_codes_once()
    {
        var account = await StoredAccountAsync();
        var codes = GivenFactors.Codes();

        var first = await Factors.AddAsync(account, codes);
        var second = await Factors.AddAsync(account, name: null);

        Assert.Equivalent(new[] { first, second }, await Store.ListAsync(account.Id, Cancel), strict: true);
        Assert.Equal(codes.Count, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Equal(2, (await ReadEventsAsync()).Count(done => done.Kind == EventKind.FactorAdded));
    }

    [Fact]
    public async Task Of_many_first_codes_at_once_one_confirms_the_app()
    {
        var account = await StoredAccountAsync();
        var app = GivenFactors.App(account);
        Assert.True(await Store.TryAddPendingAsync(app));

        var confirmed = await InParallelAsync(16, _ => Store.TryConfirmAsync(
            GivenFactors.Use(app, 1), null, GivenFactors.Most, GivenFactors.Codes(), GivenFactors.Done(EventKind.FactorAdded, account)));

        Assert.Single(confirmed, one => one == TotpConfirmation.ConfirmedWithCodes);
        Assert.Equal(15, confirmed.Count(one => one == TotpConfirmation.Gone));
        Assert.Equal(3, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.FactorAdded);
    }

    [Fact]
    public async Task An_account_has_so_many_apps_and_no_more()
    {
        var account = await StoredAccountAsync();
        for (var count = 0; count < GivenFactors.Most; count++) await Factors.AddAsync(account);
        var app = GivenFactors.App(account);
        Assert.True(await Store.TryAddPendingAsync(app));

        Assert.Equal(
            TotpConfirmation.TooMany,
            await Store.TryConfirmAsync(GivenFactors.Use(app, 1), null, GivenFactors.Most, [], GivenFactors.Done(EventKind.FactorAdded, account)));
        Assert.Equal(GivenFactors.Most, (await Store.ListAsync(account.Id, Cancel)).Count);
    }

    [Fact]
    public async Task The_code_of_a_step_is_used_once_and_no_earlier_one_after_it()
    {
        var app = await Factors.AddAsync(await StoredAccountAsync());

        Assert.False(await Store.TryUseAsync(GivenFactors.Use(app, step: 10)));
        Assert.True(await Store.TryUseAsync(GivenFactors.Use(app, step: 12, seconds: 60)));

        Assert.False(await Store.TryUseAsync(GivenFactors.Use(app, step: 12)));
        Assert.False(await Store.TryUseAsync(GivenFactors.Use(app, step: 11)));
        var used = Assert.Single(await Store.ListAsync(app.AccountId, Cancel));
        Assert.Equal(12, used.LastStep);
        Assert.Equal(Given.Now.AddSeconds(60), used.LastUsedAt);
    }

    [Fact]
    public async Task Of_many_that_give_the_same_code_at_once_one_is_accepted()
    {
        var app = await Factors.AddAsync(await StoredAccountAsync());

        var accepted = await InParallelAsync(16, _ => Store.TryUseAsync(GivenFactors.Use(app, step: 11)));

        Assert.Single(accepted, one => one);
    }

    [Fact]
    public async Task A_code_is_for_the_account_of_its_app_alone()
    {
        var app = await Factors.AddAsync(await StoredAccountAsync());
        var other = await StoredAccountAsync();

        Assert.False(await Store.TryUseAsync(GivenFactors.Use(app, step: 11) with { AccountId = other.Id }));
        Assert.Equal(
            TotpRemoval.NotFound,
            await Store.TryRemoveAsync(other.Id, app.Id, keepsOne: false, GivenFactors.Done(EventKind.FactorRemoved, other)));
    }

    [Fact]
    public async Task A_recovery_code_is_used_once_by_its_account()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var codes = GivenFactors.Codes();
        await Factors.AddAsync(account, codes);
        await Factors.AddAsync(other);

        Assert.False(await UseAsync(other, codes[0]));
        var used = await InParallelAsync(16, _ => UseAsync(account, codes[0]));

        Assert.Single(used, one => one);
        Assert.Equal(codes.Count - 1, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Equal(
            codes.Skip(1).Select(Shown).Order(StringComparer.Ordinal), (await Store.ListCodesAsync(account.Id, Cancel)).Select(Shown));
        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.FactorRecoveryCodeUsed);

        static string Shown(RecoveryCode code) => $"{Convert.ToHexString(code.Mac)} {Convert.ToHexString(code.Sealed!)}";
    }

    [Fact]
    public async Task New_recovery_codes_replace_all_old_ones_and_need_a_second_factor()
    {
        var (account, without) = (await StoredAccountAsync(), await StoredAccountAsync());
        var (before, after) = (GivenFactors.Codes(), GivenFactors.Codes(4));
        await Factors.AddAsync(account, before);

        Assert.True(await Store.TryReplaceCodesAsync(account.Id, after, GivenFactors.Done(EventKind.FactorRecoveryCodesRenewed, account)));
        Assert.False(await Store.TryReplaceCodesAsync(without.Id, after, GivenFactors.Done(EventKind.FactorRecoveryCodesRenewed, without)));

        Assert.False(await UseAsync(account, before[0]));
        Assert.True(await UseAsync(account, after[0]));
        Assert.Equal(3, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.FactorRecoveryCodesRenewed);
    }

    [Fact]
    public async Task With_the_last_app_the_recovery_codes_go()
    {
        var account = await StoredAccountAsync();
        var (first, second) = (await Factors.AddAsync(account), await Factors.AddAsync(account));

        Assert.Equal(TotpRemoval.Removed, await RemoveAsync(account, first));
        Assert.Equal(3, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Equal(TotpRemoval.Removed, await RemoveAsync(account, second));

        Assert.Equal(0, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Equal(TotpRemoval.NotFound, await RemoveAsync(account, second));
        Assert.Equal(2, (await ReadEventsAsync()).Count(done => done.Kind == EventKind.FactorRemoved));
    }

    [Fact]
    public async Task Of_the_last_two_apps_one_stays_where_one_is_required()
    {
        var account = await StoredAccountAsync();
        TotpApp[] apps = [await Factors.AddAsync(account), await Factors.AddAsync(account)];

        var removals = await InParallelAsync(2, caller => RemoveAsync(account, apps[caller], keepsOne: true));

        Assert.Equal([TotpRemoval.Removed, TotpRemoval.IsLast], removals.Order());
        Assert.Single(await Store.ListAsync(account.Id, Cancel));
        Assert.Equal(3, await Store.CountCodesAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task Of_apps_and_passkeys_that_many_callers_remove_at_once_one_stays_where_one_is_required()
    {
        var passkeys = Engine.Get<IPasskeyStore>();
        for (var round = 0; round < 20; round++)
        {
            var account = await StoredAccountAsync();
            TotpApp[] apps = [await Factors.AddAsync(account), await Factors.AddAsync(account)];
            Passkey[] keys = [.. Enumerable.Range(0, 2).Select(_ => Given.Passkey(account.Id) with { IsSecondFactor = true })];
            foreach (var key in keys) await passkeys.AddAsync(key, account.SecurityStamp, GivenFactors.Done(EventKind.PasskeyAdded, account));

            var removals = await InParallelAsync(16, async caller => caller % 2 == 0
                ? await RemoveAsync(account, apps[caller / 2 % 2], keepsOne: true) == TotpRemoval.Removed
                : await passkeys.TryRemoveAsync(
                    keys[caller / 2 % 2].Id, account.Id, new AccountKeeps(WayToLogIn: true, SecondFactor: true),
                    GivenFactors.Done(EventKind.PasskeyRemoved, account)) == PasskeyRemoval.Removed);

            Assert.Equal(3, removals.Count(isRemoved => isRemoved));
            Assert.Equal(1, (await Store.ListAsync(account.Id, Cancel)).Count + (await passkeys.ListAsync(account.Id, Cancel)).Count);
            Assert.Equal(3, await Store.CountCodesAsync(account.Id, Cancel));
        }
    }

    [Fact]
    public async Task A_reset_removes_everything_and_says_whether_there_was_something()
    {
        var (account, without) = (await StoredAccountAsync(), await StoredAccountAsync());
        await Factors.FillAsync(account);

        Assert.True(await Store.TryResetAsync(account.Id, GivenFactors.Done(EventKind.FactorReset, account)));
        Assert.False(await Store.TryResetAsync(account.Id, GivenFactors.Done(EventKind.FactorReset, account)));
        Assert.False(await Store.TryResetAsync(without.Id, GivenFactors.Done(EventKind.FactorReset, without)));

        Assert.Empty(await Store.ListAsync(account.Id, Cancel));
        Assert.Null(await Store.FindPendingAsync(account.Id, DateTimeOffset.UnixEpoch, Cancel));
        Assert.Equal(0, await Store.CountCodesAsync(account.Id, Cancel));
        Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.FactorReset);
    }

    [Fact]
    public async Task The_grace_begins_once_and_ends_with_a_factor()
    {
        var account = await StoredAccountAsync();
        var began = await Store.BeginGraceAsync(account.Id, Given.Now);

        Assert.Equal(Given.Now, began);
        Assert.Equal(Given.Now, await Store.BeginGraceAsync(account.Id, Given.Now.AddDays(3)));
        await Factors.AddAsync(account);
        Assert.Equal(Given.Now.AddDays(9), await Store.BeginGraceAsync(account.Id, Given.Now.AddDays(9)));
    }

    [Fact]
    public async Task A_deleted_account_leaves_no_factor_behind()
    {
        var account = await StoredAccountAsync();
        var rows = await Engine.CountRowsAsync();
        await Factors.FillAsync(account);

        Assert.True(await Accounts.TryDeleteAsync(account.Id, Given.Now));

        // The account and its address are gone, and there are events that they were, and that the app was added.
        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    Task<bool> UseAsync(Account account, RecoveryCode code) =>
        Store.TryUseCodeAsync(account.Id, code.Mac, GivenFactors.Done(EventKind.FactorRecoveryCodeUsed, account));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_passkey_counts_as_another_factor_if_it_is_a_second_one(bool isSecond)
    {
        var account = await StoredAccountAsync();
        var app = await Factors.AddAsync(account);
        var passkey = Given.Passkey(account.Id) with { IsSecondFactor = isSecond };
        await Engine.Get<IPasskeyStore>().AddAsync(passkey, account.SecurityStamp, GivenFactors.Done(EventKind.PasskeyAdded, account));

        Assert.Equal(isSecond ? TotpRemoval.Removed : TotpRemoval.IsLast, await RemoveAsync(account, app, keepsOne: true));

        Assert.Equal(3, await Store.CountCodesAsync(account.Id, Cancel));
    }

    Task<TotpRemoval> RemoveAsync(Account account, TotpApp app, bool keepsOne = false) =>
        Store.TryRemoveAsync(account.Id, app.Id, keepsOne, GivenFactors.Done(EventKind.FactorRemoved, account));
}
