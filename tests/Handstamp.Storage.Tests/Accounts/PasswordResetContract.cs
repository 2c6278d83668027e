using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;

namespace Handstamp.Storage.Tests.Accounts;

public abstract class PasswordResetContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const string Purpose = "password-reset";

    static readonly DateTimeOffset Expiry = Given.Now.AddMinutes(30);

    ISecretStore Secrets => Engine.Get<ISecretStore>();

    [Fact]
    public async Task A_reset_sets_the_password_ends_the_sessions_and_verifies_the_address()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        var reset = await ResetAsync(account);

        var events = await Accounts.TryResetPasswordAsync(reset, Done(account));

        Assert.Equal([EventKind.AccountPasswordReset, EventKind.SessionEnded], events.Select(one => one.Kind));
        Assert.Equal(events.Select(one => one.Id), (await ReadEventsAsync()).TakeLast(2).Select(one => one.Id));
        var after = (await Accounts.FindAsync(account.Id, Cancel))!;
        Assert.Equal((reset.Password.Hash, reset.Password.Stamp), (after.PasswordHash, after.SecurityStamp));
        Assert.Equal(Given.Now, after.Identifiers[0].VerifiedAt);
        Assert.False(await IsAliveAsync(session));
    }

    [Fact]
    public async Task The_notice_to_the_owner_is_added_to_the_outbox()
    {
        var account = await StoredAccountAsync();
        var notice = new OutboxEntry { Id = Given.Id(), Channel = "mail", Lane = "ada", Payload = [1], CreatedAt = Given.Now };

        await Accounts.TryResetPasswordAsync(await ResetAsync(account), Done(account) with { Notice = notice });

        Assert.Equal(notice.Id, (await Engine.Get<IOutboxStore>().LeaseAsync(Given.Now, Expiry))!.Entry.Id);
    }

    [Fact]
    public async Task One_of_many_simultaneous_resets_succeeds()
    {
        var account = await StoredAccountAsync();
        var reset = await ResetAsync(account);

        var events = await InParallelAsync(
            16, _ => Accounts.TryResetPasswordAsync(reset with { Password = new HashedPassword("other") }, Done(account)));

        Assert.Single(events, one => one.Count > 0);
    }

    [Fact]
    public async Task All_secrets_of_this_kind_of_the_account_are_used_up_and_no_others()
    {
        var account = Given.Account();
        account = account with { Identifiers = [account.Identifiers[0] with { VerifiedAt = Given.Now }] };
        await Accounts.TryCreateAsync(account);
        var other = await StoredAccountAsync();
        var (reset, second, of_other) = (await ResetAsync(account), await ResetAsync(account), await ResetAsync(other));
        var ticket = await SecretAsync(account, "sign-in");

        await Accounts.TryResetPasswordAsync(reset, Done(account));

        Assert.False(await Secrets.TakeAsync(reset.Secret, Given.Now));
        Assert.False(await Secrets.TakeAsync(second.Secret, Given.Now));
        Assert.True(await Secrets.TakeAsync(of_other.Secret, Given.Now));
        Assert.True(await Secrets.TakeAsync(ticket, Given.Now));
    }

    [Fact]
    public async Task An_address_that_was_verified_before_keeps_its_time()
    {
        var proved = Given.Now.AddDays(-9);
        var account = Given.Account();
        account = account with { Identifiers = [account.Identifiers[0] with { VerifiedAt = proved }] };
        await Accounts.TryCreateAsync(account);

        await Accounts.TryResetPasswordAsync(await ResetAsync(account), Done(account));

        Assert.Equal(proved, (await Accounts.FindAsync(account.Id, Cancel))!.Identifiers[0].VerifiedAt);
    }

    [Theory]
    [InlineData("of another purpose")]
    [InlineData("with another hash")]
    [InlineData("of another row")]
    [InlineData("taken")]
    [InlineData("expired")]
    [InlineData("another stamp")]
    [InlineData("another address")]
    [InlineData("address of another account")]
    [InlineData("another address is proved")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task If_anything_that_was_verified_has_changed_nothing_is_written(string fault)
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var session = await StoredSessionAsync(account);
        var reset = await ResetAsync(account);
        var (secret, at) = (reset.Secret, Given.Now);
        switch (fault)
        {
            case "of another purpose": reset = reset with { Secret = await SecretAsync(account, "sign-in") with { Purpose = Purpose } }; break;
            case "with another hash": reset = reset with { Secret = secret with { Hash = new byte[32] } }; break;
            case "of another row": reset = reset with { Secret = secret with { Id = (await SecretAsync(other, Purpose)).Id } }; break;
            case "taken": await Secrets.TakeAsync(secret, Given.Now); break;
            case "expired": at = Expiry; break;
            case "another stamp": reset = reset with { SecurityStamp = "another" }; break;
            case "another address": reset = reset with { Email = "eve@example.com" }; break;
            case "address of another account": reset = reset with { Email = other.Identifiers[0].Canonical }; break;
            case "another address is proved":
                account = Given.Account() with { Identifiers = [Given.Email($"first.{Given.Id()}"), Given.Email($"second.{Given.Id()}") with { VerifiedAt = Given.Now }] };
                await Accounts.TryCreateAsync(account);
                session = await StoredSessionAsync(account);
                reset = await ResetAsync(account);
                break;
            case "disabled": await Accounts.TryDisableAsync(account.Id, Given.By.Does(EventKind.AccountDisabled, Given.Now)); break;
            case "deleted": await Accounts.TryDeleteAsync(account.Id, Given.By.Does(EventKind.AccountDeleted, Given.Now)); break;
        }
        var (before, events) = (await Accounts.FindAsync(account.Id, Cancel), (await ReadEventsAsync()).Count);
        var alive = await IsAliveAsync(session);

        Assert.Empty(await Accounts.TryResetPasswordAsync(reset, Given.By.Does(EventKind.AccountPasswordReset, at) with { AccountId = account.Id }));

        var after = await Accounts.FindAsync(account.Id, Cancel);
        Assert.Equal((before?.PasswordHash, before?.SecurityStamp, before?.Identifiers[0].VerifiedAt), (after?.PasswordHash, after?.SecurityStamp, after?.Identifiers[0].VerifiedAt));
        Assert.Equal((alive, events), (await IsAliveAsync(session), (await ReadEventsAsync()).Count));
    }

    async Task<PasswordReset> ResetAsync(Account account) => new(
        await SecretAsync(account, Purpose), account.Id, account.SecurityStamp, account.Identifiers[0].Canonical, new HashedPassword("new hash"));

    async Task<SecretKey> SecretAsync(Account account, string purpose)
    {
        var id = Given.Id();
        var key = new SecretKey(purpose, id, [.. id.ToByteArray(), .. id.ToByteArray()]);
        await Secrets.AddAsync(key, new SecretContent(account.Id, [], Expiry), tries: 5, most: 5);
        return key;
    }

    static Event Done(Account account) => Given.By.Does(EventKind.AccountPasswordReset, Given.Now) with { AccountId = account.Id };
}
