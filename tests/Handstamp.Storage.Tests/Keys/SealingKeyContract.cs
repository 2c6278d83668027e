using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;

namespace Handstamp.Storage.Tests.Keys;

/// <summary>The password hashes that are sealed under a key, and the key that stays as long as there is one.</summary>
public abstract class SealingKeyContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    const string Key = "seal-0123abcd";
    const string Next = "seal-4567abcd";
    const string Purpose = "registration";

    ISecretStore Secrets => Engine.Get<ISecretStore>();

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
            var account = await StoredAccountAsync();
            await RaceAsync($"seal-{round:x8}", key => Accounts.TryRehashAsync(account.Id, account.PasswordHash!, Under(key)));
        }
    }

    [Fact]
    public async Task A_registration_that_waits_for_its_mail_keeps_its_key()
    {
        await WriteAsync(Given.SealingKey(Key), Given.SealingKey(Next));
        await AddSecretAsync(Key);

        Assert.False(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));

        var row = Assert.Single(await Secrets.ListSealedAsync(Purpose, Key, 10, Cancel));
        Assert.True(await Secrets.TryReplaceAsync(Purpose, row, row with { SealedUnder = Next }));
        Assert.True(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));
    }

    [Fact]
    public async Task No_registration_is_kept_that_is_sealed_under_a_key_that_is_gone()
    {
        await WriteAsync(Given.SealingKey(Key), Given.SealingKey(Next));
        var former = await AddSecretAsync(Next);
        Assert.True(await Keys.TryDeleteUnusedAsync(Key, Deleted(Key)));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddSecretAsync(Key));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddSecretAsync(Key, former));
        var row = Assert.Single(await Secrets.ListSealedAsync(Purpose, Next, 10, Cancel));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Secrets.TryReplaceAsync(Purpose, row, row with { SealedUnder = Key }));

        Assert.Equivalent(row, Assert.Single(await Secrets.ListSealedAsync(Purpose, Next, 10, Cancel)), strict: true);
        Assert.Empty(await Secrets.ListSealedAsync(Purpose, Key, 10, Cancel));
    }

    [Fact]
    public async Task A_registration_that_is_stored_while_its_key_is_deleted_has_its_key_or_is_refused()
    {
        for (var round = 0; round < 50; round++)
        {
            await RaceAsync($"seal-{round:x8}", async key =>
            {
                await AddSecretAsync(key);
                return true;
            });
        }
    }

    /// <summary>Stores something that is sealed under a key while the key is deleted: one of the two is refused.</summary>
    async Task RaceAsync(string key, Func<string, Task<bool>> storeAsync)
    {
        await WriteAsync(Given.SealingKey(key));

        var storing = Task.Run(async () =>
        {
            try
            {
                return await storeAsync(key);
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

    static Event Deleted(string key) => Given.By.Does(EventKind.KeyRevoked, Given.Now) with { Detail = key };

    static Event Changed(Account account) => Given.By.Does(EventKind.AccountPasswordChanged, Given.Now) with { AccountId = account.Id };

    async Task<Account> SealedAsync(string key)
    {
        var account = Given.Account() with { PasswordHash = Under(key) };
        Assert.True(await Accounts.TryCreateAsync(account));
        return account;
    }

    /// <summary>As a registration that waits is kept, in place of the former one with the same id.</summary>
    async Task<Guid> AddSecretAsync(string sealedUnder, Guid? id = null)
    {
        var row = id ?? Given.Id();
        await Secrets.AddAsync(new SecretKey(Purpose, row, new byte[32]), new SecretContent(row, [1], Given.Now.AddDays(1), sealedUnder), tries: 0, most: 1);
        return row;
    }

    async Task WriteAsync(params StoredKey[] keys) =>
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), keys, []));
}
