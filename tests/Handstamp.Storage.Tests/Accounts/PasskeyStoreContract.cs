using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Accounts;

public abstract class PasskeyStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    ISecondFactorStore SecondFactors => Engine.Get<ISecondFactorStore>();

    IPasskeyStore Passkeys => Engine.Get<IPasskeyStore>();

    [Fact]
    public async Task A_passkey_is_read_back_as_it_was_added()
    {
        var account = await StoredAccountAsync();
        var passkey = Given.Passkey(account.Id) with { IsSynced = true, IsBackedUp = true, IsSecondFactor = false, Name = "日本", LastUsedAt = Given.Now };
        var plain = Given.Passkey(account.Id) with { Transports = [], CreatedAt = Given.Now.AddMilliseconds(1), SignCount = uint.MaxValue };

        Assert.Equal(PasskeyAddition.Added, await AddAsync(passkey));
        Assert.Equal(PasskeyAddition.Added, await AddAsync(plain));

        Assert.Equivalent(new[] { passkey, plain }, await Passkeys.ListAsync(account.Id, Cancel), strict: true);
        Assert.Equivalent(passkey, await Passkeys.FindAsync(passkey.CredentialId, Cancel), strict: true);
        Assert.Empty(await Passkeys.ListAsync(Given.Id(), Cancel));
        Assert.Null(await Passkeys.FindAsync([1, 2, 3], Cancel));
    }

    [Fact]
    public async Task A_credential_id_is_taken_once()
    {
        var passkey = Given.Passkey((await StoredAccountAsync()).Id);
        await AddAsync(passkey);
        var other = await StoredAccountAsync();

        Assert.Equal(PasskeyAddition.Taken, await AddAsync(Given.Passkey(passkey.AccountId) with { CredentialId = passkey.CredentialId }));
        Assert.Equal(PasskeyAddition.Taken, await AddAsync(Given.Passkey(other.Id) with { CredentialId = passkey.CredentialId }));

        Assert.Single(await Passkeys.ListAsync(passkey.AccountId, Cancel));
        Assert.Empty(await Passkeys.ListAsync(other.Id, Cancel));
        Assert.Single(await EventsAsync(EventKind.PasskeyAdded));
    }

    [Fact]
    public async Task Of_many_that_are_added_at_once_there_are_as_many_as_allowed()
    {
        var account = await StoredAccountAsync();

        var added = await InParallelAsync(Passkey.Most + 6, _ => AddAsync(Given.Passkey(account.Id)));

        Assert.Equal(Passkey.Most, added.Count(one => one == PasskeyAddition.Added));
        Assert.Equal(6, added.Count(one => one == PasskeyAddition.NoRoom));
        Assert.Equal(Passkey.Most, (await Passkeys.ListAsync(account.Id, Cancel)).Count);
        Assert.Equal(Passkey.Most, (await EventsAsync(EventKind.PasskeyAdded)).Count);
    }

    [Fact]
    public async Task Nothing_is_added_to_an_account_that_was_changed_disabled_or_deleted()
    {
        var (changed, disabled, deleted) = (await StoredAccountAsync(), await StoredAccountAsync(), await StoredAccountAsync());
        await Accounts.TrySetPasswordAsync(changed.Id, new HashedPassword("a hash"), Given.By.Does(EventKind.AccountPasswordChanged, Given.Now));
        await Accounts.TryDisableAsync(disabled.Id, Given.By.Does(EventKind.AccountDisabled, Given.Now));
        await Accounts.TryDeleteAsync(deleted.Id, Given.By.Does(EventKind.AccountDeleted, Given.Now));

        foreach (var account in new[] { changed, disabled, deleted })
        {
            Assert.Equal(PasskeyAddition.AccountChanged, await AddAsync(Given.Passkey(account.Id)));
            Assert.Empty(await Passkeys.ListAsync(account.Id, Cancel));
        }
        Assert.Empty(await EventsAsync(EventKind.PasskeyAdded));
    }

    [Fact]
    public async Task A_use_is_recorded()
    {
        var passkey = await AddedAsync(signCount: 5);

        Assert.True(await Passkeys.TryUseAsync(passkey.Id, 6, isBackedUp: true, Given.Now.AddDays(1)));

        var used = Assert.Single(await Passkeys.ListAsync(passkey.AccountId, Cancel));
        Assert.Equal((6, true, Given.Now.AddDays(1)), (used.SignCount, used.IsBackedUp, used.LastUsedAt));
    }

    [Theory]
    [InlineData(5, 5, false)]
    [InlineData(5, 4, false)]
    [InlineData(5, 0, false)]
    [InlineData(5, 6, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, true)]
    [InlineData(4294967294, 4294967295, true)]
    public async Task The_counter_goes_up_or_is_not_used(long stored, long shown, bool isRight)
    {
        var passkey = await AddedAsync(stored);

        Assert.Equal(isRight, await Passkeys.TryUseAsync(passkey.Id, shown, isBackedUp: false, Given.Now));

        Assert.Equal(isRight ? shown : stored, Assert.Single(await Passkeys.ListAsync(passkey.AccountId, Cancel)).SignCount);
    }

    [Fact]
    public async Task Of_many_uses_with_the_same_counter_one_is_right()
    {
        var passkey = await AddedAsync(signCount: 5);

        var used = await InParallelAsync(16, _ => Passkeys.TryUseAsync(passkey.Id, 6, isBackedUp: false, Given.Now));

        Assert.Single(used, one => one);
    }

    [Fact]
    public async Task A_name_is_given_and_taken_away_by_the_owner_alone()
    {
        var passkey = await AddedAsync();

        Assert.False(await Passkeys.TryRenameAsync(passkey.Id, Given.Id(), "Mine", Done(EventKind.PasskeyRenamed)));
        Assert.False(await Passkeys.TryRenameAsync(Given.Id(), passkey.AccountId, "Mine", Done(EventKind.PasskeyRenamed)));
        foreach (var name in new[] { "Mine", null })
        {
            Assert.True(await Passkeys.TryRenameAsync(passkey.Id, passkey.AccountId, name, Done(EventKind.PasskeyRenamed)));
            Assert.Equal(name, Assert.Single(await Passkeys.ListAsync(passkey.AccountId, Cancel)).Name);
        }
        Assert.Equal(2, (await EventsAsync(EventKind.PasskeyRenamed)).Count);
    }

    [Fact]
    public async Task A_passkey_is_removed_by_the_owner_alone_and_once()
    {
        var passkey = await AddedAsync();

        Assert.Equal(PasskeyRemoval.NotFound, await RemoveAsync(passkey.Id, Given.Id()));
        Assert.Equal(PasskeyRemoval.Removed, await RemoveAsync(passkey.Id, passkey.AccountId));
        Assert.Equal(PasskeyRemoval.NotFound, await RemoveAsync(passkey.Id, passkey.AccountId));

        Assert.Null(await Passkeys.FindAsync(passkey.CredentialId, Cancel));
        Assert.False(await Passkeys.TryUseAsync(passkey.Id, 9, isBackedUp: false, Given.Now));
        Assert.Single(await EventsAsync(EventKind.PasskeyRemoved));
    }

    // When the former system is gone, its password lets nobody in.
    [Theory]
    [InlineData(null)]
    [InlineData(Account.FormerPassword)]
    public async Task The_last_way_to_log_in_stays_unless_an_operator_removes_it(string? hash)
    {
        var account = Given.Account() with { PasswordHash = hash };
        Assert.True(await Accounts.TryCreateAsync(account));
        var (first, second) = (Given.Passkey(account.Id), Given.Passkey(account.Id));
        foreach (var passkey in new[] { first, second })
            Assert.Equal(PasskeyAddition.Added, await AddAsync(passkey));

        var removals = await Task.WhenAll(RemoveAsync(first.Id, account.Id), RemoveAsync(second.Id, account.Id));

        Assert.Equal([PasskeyRemoval.Removed, PasskeyRemoval.IsLast], removals.Order());
        var last = Assert.Single(await Passkeys.ListAsync(account.Id, Cancel));
        Assert.Equal(PasskeyRemoval.Removed, await Passkeys.TryRemoveAsync(last.Id, account.Id, default, Done(EventKind.PasskeyRemoved)));
    }

    [Fact]
    public async Task The_last_second_factor_stays_where_one_is_required()
    {
        var account = Given.Account();
        Assert.True(await Accounts.TryCreateAsync(account));
        Passkey[] passkeys = [.. Enumerable.Range(0, 4).Select(_ => Given.Passkey(account.Id) with { IsSecondFactor = true })];
        foreach (var passkey in passkeys) Assert.Equal(PasskeyAddition.Added, await AddAsync(passkey));

        var removals = await Task.WhenAll(passkeys.Select(one => RemoveAsync(one.Id, account.Id, keepsFactor: true)));

        Assert.Equal(3, removals.Count(one => one == PasskeyRemoval.Removed));
        Assert.Single(removals, one => one == PasskeyRemoval.IsLastFactor);
        var last = Assert.Single(await Passkeys.ListAsync(account.Id, Cancel));
        Assert.Equal(3, (await EventsAsync(EventKind.PasskeyRemoved)).Count);
        Assert.Equal(PasskeyRemoval.Removed, await RemoveAsync(last.Id, account.Id));
    }

    [Fact]
    public async Task A_passkey_beside_an_app_or_that_is_no_second_factor_is_removed_where_one_is_required()
    {
        var (first, other) = (Given.Account(), Given.Account());
        foreach (var account in new[] { first, other }) Assert.True(await Accounts.TryCreateAsync(account));
        var (beside, conditional) = (Given.Passkey(first.Id) with { IsSecondFactor = true }, Given.Passkey(other.Id) with { IsSecondFactor = false });
        foreach (var passkey in new[] { beside, conditional }) Assert.Equal(PasskeyAddition.Added, await AddAsync(passkey));
        await new GivenFactors(SecondFactors).AddAsync(first);

        Assert.Equal(PasskeyRemoval.Removed, await RemoveAsync(beside.Id, first.Id, keepsFactor: true));
        Assert.Equal(PasskeyRemoval.Removed, await RemoveAsync(conditional.Id, other.Id, keepsFactor: true));
    }

    [Fact]
    public async Task With_the_last_second_factor_the_recovery_codes_go()
    {
        var account = Given.Account();
        Assert.True(await Accounts.TryCreateAsync(account));
        var app = await new GivenFactors(SecondFactors).AddAsync(account, GivenFactors.Codes());
        var passkey = Given.Passkey(account.Id) with { IsSecondFactor = true };
        Assert.Equal(PasskeyAddition.Added, await AddAsync(passkey));
        await SecondFactors.TryRemoveAsync(account.Id, app.Id, keepsOne: true, GivenFactors.Done(EventKind.FactorRemoved, account));
        Assert.Equal(3, await SecondFactors.CountCodesAsync(account.Id, Cancel));

        Assert.Equal(PasskeyRemoval.Removed, await RemoveAsync(passkey.Id, account.Id));

        Assert.Equal(0, await SecondFactors.CountCodesAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task The_passkeys_of_an_account_are_deleted_with_it()
    {
        var (passkey, other) = (await AddedAsync(), await AddedAsync());

        await Accounts.TryDeleteAsync(passkey.AccountId, Done(EventKind.AccountDeleted));

        Assert.Null(await Passkeys.FindAsync(passkey.CredentialId, Cancel));
        Assert.NotNull(await Passkeys.FindAsync(other.CredentialId, Cancel));
    }

    Task<PasskeyRemoval> RemoveAsync(Guid id, Guid accountId, bool keepsFactor = false) =>
        Passkeys.TryRemoveAsync(id, accountId, new AccountKeeps(WayToLogIn: true, keepsFactor), Done(EventKind.PasskeyRemoved));

    static Event Done(EventKind kind) => Given.By.Does(kind, Given.Now);

    Task<PasskeyAddition> AddAsync(Passkey passkey) =>
        Passkeys.AddAsync(passkey, Given.SecurityStamp(passkey.AccountId), Done(EventKind.PasskeyAdded) with { AccountId = passkey.AccountId });

    async Task<Passkey> AddedAsync(long signCount = 0)
    {
        var passkey = Given.Passkey((await StoredAccountAsync()).Id) with { SignCount = signCount };
        Assert.Equal(PasskeyAddition.Added, await AddAsync(passkey));
        return passkey;
    }

    async Task<IReadOnlyList<Event>> EventsAsync(EventKind kind) => [.. (await ReadEventsAsync()).Where(one => one.Kind == kind)];
}
