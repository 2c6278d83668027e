using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;

namespace Handstamp.Storage.Tests.Keys;

/// <summary>The password hashes that are sealed under a key, and the key that stays as long as there is one.</summary>
public abstract class SealingKeyContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    const string Key = "seal-0123abcd";
    const string Next = "seal-4567abcd";

    static string Under(string key) => $"$sealed${key}$AAAA";

    [Fact]
    public async Task The_accounts_under_a_key_are_listed_and_no_others()
    {
        await WriteAsync(Given.SealingKey(Key), Given.SealingKey(Next));
        var (first, second, other) = (await SealedAsync(Key), await SealedAsync(Key), await SealedAsync(Next));
        await StoredAccountAsync();

        Assert.Equal(new[] { first.Id, second.Id }.Order(), (await Accounts.ListSealedAsync(Key, 10, Cancel)).Select(account => account.Id).Order());
        Assert.Single(await Accounts.ListSealedAsync(Key, 1, Cancel));
        Assert.Equivalent(other, Assert.Single(await Accounts.ListSealedAsync(Next, 10, Cancel)), strict: true);
    }

    [Fact]
    public async Task A_key_is_deleted_when_nothing_is_sealed_under_it_and_not_before()
    {
        await WriteAsync(Given.SealingKey(Key), Given.SealingKey(Next));
        var account = await SealedAsync(Key);
        var before = await Keys.ReadAsync(Cancel);

        Assert.False(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));
        Assert.Equivalent(before, await Keys.ReadAsync(Cancel), strict: true);

        Assert.True(await Accounts.TryRehashAsync(account.Id, Under(Key), Under(Next)));
        Assert.True(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));
        var after = await Keys.ReadAsync(Cancel);
        Assert.Equal([Next], after.Keys.Select(key => key.Id));
        Assert.Equal(before.Version + 1, after.Version);
        Assert.Equal(Key, Assert.Single(await ReadEventsAsync(), done => done.Kind == EventKind.KeyRevoked).Detail);

        Assert.False(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));
    }

    [Fact]
    public async Task Only_a_sealing_key_is_deleted_so()
    {
        await WriteAsync(Given.SigningKey("a"), Given.MacKey(1), Given.SealingKey("data-0123abcd") with { Purpose = KeyPurpose.Data });

        foreach (var id in new[] { "a", "mac-1", "data-0123abcd", "unknown" }) Assert.False(await Keys.TryDeleteUnusedAsync(id, Deleted(id)));

        Assert.Equal(3, (await Keys.ReadAsync(Cancel)).Keys.Count);
    }

    [Fact]
    public async Task No_hash_is_stored_that_is_sealed_under_a_key_that_is_gone()
    {
        await WriteAsync(Given.SealingKey(Key));
        var account = await StoredAccountAsync();
        Assert.True(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Accounts.TryRehashAsync(account.Id, account.PasswordHash!, Under(Key)));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Accounts.TrySetPasswordAsync(account.Id, new HashedPassword(Under(Key)), Changed(account)));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Accounts.TryCreateAsync(Given.Account() with { PasswordHash = Under(Key) }));
        var several = Given.Account() with { PasswordHash = Under(Key) };
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Accounts.TryCreateAllAsync([new NewAccount(several, Changed(several))]));

        Assert.Equivalent(account, Assert.Single(await Accounts.ListAsync(null, 10, Cancel)), strict: true);
    }

    [Fact]
    public async Task A_hash_that_is_stored_while_its_key_is_deleted_has_its_key_or_is_refused()
    {
        for (var round = 0; round < 50; round++)
        {
            var key = $"seal-{round:x8}";
            await WriteAsync(Given.SealingKey(key));
            var account = await StoredAccountAsync();

            var storing = Task.Run(async () =>
            {
                try
                {
                    return await Accounts.TryRehashAsync(account.Id, account.PasswordHash!, Under(key));
                }
                catch (StorageUnavailableException)
                {
                    return false;
                }
            });
            var isDeleted = await Keys.TryDeleteUnusedAsync(key, Deleted(key));

            Assert.NotEqual(isDeleted, await storing);
            Assert.NotEqual(isDeleted, (await Keys.ReadAsync(Cancel)).Keys.Any(one => one.Id == key));
        }
    }

    static Event Deleted(string key) => Given.By.Does(EventKind.KeyRevoked, Given.Now) with { Detail = key };

    static Event Changed(Account account) => Given.By.Does(EventKind.AccountPasswordChanged, Given.Now) with { AccountId = account.Id };

    async Task<Account> SealedAsync(string key)
    {
        var account = Given.Account() with { PasswordHash = Under(key) };
        Assert.True(await Accounts.TryCreateAsync(account));
        return account;
    }

    async Task WriteAsync(params StoredKey[] keys) =>
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), keys, []));
}
