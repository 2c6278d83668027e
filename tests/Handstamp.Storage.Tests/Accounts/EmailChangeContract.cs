using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>An address of an account is replaced, and the change is taken back.</summary>
public abstract class EmailChangeContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const string Purpose = "email-change-link";
    const string Undo = "email-undo";

    static readonly DateTimeOffset Expiry = Given.Now.AddHours(1);

    ISecretStore Secrets => Engine.Get<ISecretStore>();

    [Fact]
    public async Task The_new_address_takes_the_place_of_the_former_one_and_is_verified()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        var change = await ChangeAsync(account);
        var notice = new OutboxEntry { Id = Given.Id(), Channel = "mail", Lane = "ada", Payload = [1], CreatedAt = Given.Now };

        var changed = await Accounts.TryChangeEmailAsync(change, Done(account) with { Notice = notice });

        Assert.Equal(EmailChangeResult.Changed, changed.Result);
        Assert.Equal(changed.Events.Single().Id, (await ReadEventsAsync())[^1].Id);
        Assert.Equal([change.To with { VerifiedAt = Given.Now }], (await Accounts.FindAsync(account.Id, Cancel))!.Identifiers);
        Assert.Null(await Accounts.FindIdAsync(IdentifierKind.Email, change.From, Cancel));
        Assert.Equal(account.Id, await Accounts.FindIdAsync(IdentifierKind.Email, change.To.Canonical, Cancel));
        Assert.True(await IsAliveAsync(session));
        Assert.Equal(notice.Id, (await Engine.Get<IOutboxStore>().LeaseAsync(Given.Now, Expiry))!.Entry.Id);
        Assert.Equal(EmailChangeResult.Invalid, (await Accounts.TryChangeEmailAsync(change, Done(account))).Result);
    }

    [Fact]
    public async Task An_address_can_change_its_spelling()
    {
        var account = await StoredAccountAsync();
        var change = await ChangeAsync(account);
        change = change with { To = new Identifier(IdentifierKind.Email, change.From, "ADA@example.com") };

        Assert.Equal(EmailChangeResult.Changed, (await Accounts.TryChangeEmailAsync(change, Done(account))).Result);

        Assert.Equal([change.To with { VerifiedAt = Given.Now }], (await Accounts.FindAsync(account.Id, Cancel))!.Identifiers);
    }

    [Fact]
    public async Task An_address_of_another_account_is_taken_and_the_secret_stays()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var change = await ChangeAsync(account) with { To = other.Identifiers[0] };

        Assert.Equal(EmailChangeResult.Taken, (await Accounts.TryChangeEmailAsync(change, Done(account))).Result);

        Assert.Equivalent(account, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.Equivalent(other, await Accounts.FindAsync(other.Id, Cancel), strict: true);
        Assert.True(await Secrets.TakeAsync(change.Secret, Given.Now));
    }

    [Fact]
    public async Task Of_many_that_want_the_same_address_one_gets_it()
    {
        var changes = new List<EmailChange>();
        for (var number = 0; number < 8; number++) changes.Add(await ChangeAsync(await StoredAccountAsync(), "wanted@example.com"));

        var outcomes = await InParallelAsync(changes.Count, caller =>
            Accounts.TryChangeEmailAsync(changes[caller], Given.By.Does(EventKind.AccountEmailChanged, Given.Now) with { AccountId = changes[caller].AccountId }));

        Assert.Single(outcomes, one => one.Result == EmailChangeResult.Changed);
        Assert.Equal(7, outcomes.Count(one => one.Result == EmailChangeResult.Taken));
    }

    [Theory]
    [InlineData("another hash")]
    [InlineData("of another account")]
    [InlineData("taken")]
    [InlineData("expired")]
    [InlineData("another stamp")]
    [InlineData("another address")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task Without_all_that_was_verified_nothing_changes(string fault)
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var change = await ChangeAsync(account);
        var at = Given.Now;
        switch (fault)
        {
            case "another hash": change = change with { Secret = change.Secret with { Hash = new byte[32] } }; break;
            case "of another account": change = change with { Secret = await SecretAsync(other, Purpose, Expiry) }; break;
            case "taken": await Secrets.TakeAsync(change.Secret, Given.Now); break;
            case "expired": at = Expiry; break;
            case "another stamp": change = change with { SecurityStamp = "another" }; break;
            case "another address": change = change with { From = other.Identifiers[0].Canonical }; break;
            case "disabled": await Accounts.TryDisableAsync(account.Id, Given.Now); break;
            case "deleted": await Accounts.TryDeleteAsync(account.Id, Given.Now); break;
        }
        var (before, events) = (await Accounts.FindAsync(account.Id, Cancel), (await ReadEventsAsync()).Count);

        Assert.Equal(EmailChanged.Invalid, await Accounts.TryChangeEmailAsync(change, Given.By.Does(EventKind.AccountEmailChanged, at)));

        Assert.Equivalent(before, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.Equal(events, (await ReadEventsAsync()).Count);
    }

    [Fact]
    public async Task The_former_address_comes_back_and_the_account_has_no_password_and_no_session()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        var ticket = await SecretAsync(account, "sign-in", Expiry);
        await Accounts.TryChangeEmailAsync(await ChangeAsync(account), Done(account));
        var undo = await UndoAsync(account);
        var last = await StoredSessionAsync(account);
        Assert.NotEmpty(await DeleteAsync(account, last, Given.Now.AddDays(14)));

        var events = await Accounts.TryUndoEmailChangeAsync(undo, Undone(account));

        Assert.Equal([EventKind.AccountEmailChangeUndone], events.Select(one => one.Kind));
        var after = (await Accounts.FindAsync(account.Id, Cancel))!;
        Assert.Equal([undo.Former with { VerifiedAt = Given.Now }], after.Identifiers);
        Assert.Null(after.PasswordHash);
        Assert.Null(after.DeleteAt);
        Assert.NotEqual(account.SecurityStamp, after.SecurityStamp);
        Assert.False(await IsAliveAsync(session));
        Assert.False(await Secrets.TakeAsync(ticket, Given.Now));
        Assert.Empty(await Accounts.TryUndoEmailChangeAsync(undo, Undone(account)));
    }

    [Fact]
    public async Task A_deletion_waits_until_the_change_can_no_longer_be_taken_back()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        await Accounts.TryChangeEmailAsync(await ChangeAsync(account), Done(account));

        Assert.NotEmpty(await DeleteAsync(account, session, Given.Now));

        Assert.Equal(Given.Now.AddHours(72), (await Accounts.FindAsync(account.Id, Cancel))!.DeleteAt);
        var other = await StoredAccountAsync();
        var undo = await UndoAsync(other, Given.Now.AddHours(50));
        Assert.NotEmpty(await DeleteAsync(other, await StoredSessionAsync(other), Given.Now));
        Assert.Equal(undo.ExpiresAt, (await Accounts.FindAsync(other.Id, Cancel))!.DeleteAt);
    }

    [Fact]
    public async Task Ways_to_log_in_that_were_added_about_the_change_go_and_older_ones_stay()
    {
        var account = await StoredAccountAsync();
        var undo = await UndoAsync(account, Given.Now.AddHours(72));
        var (old, added) = (Given.Passkey(account.Id) with { CreatedAt = undo.Since.AddSeconds(-1) }, Given.Passkey(account.Id) with { CreatedAt = undo.Since });
        var passkeys = Engine.Get<IPasskeyStore>();
        foreach (var passkey in new[] { old, added })
            Assert.Equal(PasskeyAddition.Added, await passkeys.AddAsync(
                passkey, account.SecurityStamp, Given.By.Does(EventKind.PasskeyAdded, Given.Now) with { AccountId = account.Id }));

        Assert.NotEmpty(await Accounts.TryUndoEmailChangeAsync(undo, Undone(account)));

        Assert.Equal(Given.Now.AddHours(-72), undo.Since);
        Assert.Equal(old.Id, Assert.Single(await passkeys.ListAsync(account.Id, Cancel)).Id);
    }

    [Fact]
    public async Task Of_several_changes_the_first_one_s_address_has_the_last_word()
    {
        var account = await StoredAccountAsync();
        var (first, second) = (await UndoAsync(account, Given.Now.AddHours(72)), await UndoAsync(account, Given.Now.AddHours(73)));
        second = second with { Former = Given.Email("a.thief@example.com") };

        Assert.NotEmpty(await Accounts.TryUndoEmailChangeAsync(second, Undone(account)));
        Assert.NotEmpty(await Accounts.TryUndoEmailChangeAsync(first, Undone(account)));

        Assert.Equal(first.Former.Canonical, Assert.Single((await Accounts.FindAsync(account.Id, Cancel))!.Identifiers).Canonical);
        var third = await UndoAsync(account, Given.Now.AddHours(73));
        Assert.NotEmpty(await Accounts.TryUndoEmailChangeAsync(await UndoAsync(account, Given.Now.AddHours(72)), Undone(account)));
        Assert.Empty(await Accounts.TryUndoEmailChangeAsync(third, Undone(account)));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Who_has_taken_the_former_address_keeps_it_only_if_it_was_verified(bool isVerified, bool isUndone)
    {
        var account = await StoredAccountAsync();
        await Accounts.TryChangeEmailAsync(await ChangeAsync(account), Done(account));
        var thief = Given.Account() with { Identifiers = [account.Identifiers[0] with { VerifiedAt = isVerified ? Given.Now : null }] };
        Assert.True(await Accounts.TryCreateAsync(thief));
        var undo = await UndoAsync(account);

        Assert.Equal(isUndone, (await Accounts.TryUndoEmailChangeAsync(undo, Undone(account))).Count > 0);

        Assert.Equal(isUndone ? account.Id : thief.Id, await Accounts.FindIdAsync(IdentifierKind.Email, undo.Former.Canonical, Cancel));
        Assert.Equal(isUndone ? null : account.PasswordHash, (await Accounts.FindAsync(account.Id, Cancel))!.PasswordHash);
        Assert.Equal(!isUndone, await Secrets.TakeAsync(undo.Secret, Given.Now));
    }

    [Fact]
    public async Task Of_many_at_once_one_takes_back()
    {
        var account = await StoredAccountAsync();
        var undo = await UndoAsync(account);

        var undone = await InParallelAsync(8, _ => Accounts.TryUndoEmailChangeAsync(undo, Undone(account)));

        Assert.Single(undone, events => events.Count > 0);
    }

    async Task<EmailChange> ChangeAsync(Account account, string? to = null) => new(
        account.Id, account.SecurityStamp, account.Identifiers[0].Canonical, Given.Email(to ?? $"new.{Given.Id():n}@example.com"),
        await SecretAsync(account, Purpose, Expiry), [Purpose]);

    async Task<EmailUndo> UndoAsync(Account account, DateTimeOffset? expiry = null) => new(
        account.Id, account.Identifiers[0], await SecretAsync(account, Undo, expiry ?? Expiry), expiry ?? Expiry);

    Task<IReadOnlyList<Event>> DeleteAsync(Account account, Session session, DateTimeOffset at) => Accounts.TryRequestDeletionAsync(
        new DeletionRequest(account.Id, session.Id, at),
        Given.By.Does(EventKind.AccountDeletionRequested, Given.Now) with { AccountId = account.Id });

    async Task<SecretKey> SecretAsync(Account account, string purpose, DateTimeOffset expiry)
    {
        var id = Given.Id();
        var key = new SecretKey(purpose, id, [.. id.ToByteArray(), .. id.ToByteArray()]);
        await Secrets.AddAsync(key, new SecretContent(account.Id, [], expiry), tries: 5, most: 50);
        return key;
    }

    static Event Done(Account account) => Given.By.Does(EventKind.AccountEmailChanged, Given.Now) with { AccountId = account.Id };

    static Event Undone(Account account) => Given.By.Does(EventKind.AccountEmailChangeUndone, Given.Now) with { AccountId = account.Id };
}
