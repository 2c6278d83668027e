using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>Somebody shows that an address of an account is theirs.</summary>
public abstract class EmailProofContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const string Purpose = "login-code";
    const string Sibling = "login-link";

    static readonly DateTimeOffset Expiry = Given.Now.AddMinutes(10);
    static readonly AcceptedTerms Accepted = new("2026-01", Given.Now.AddDays(-1));

    ISecretStore Secrets => Engine.Get<ISecretStore>();

    [Fact]
    public async Task The_owner_verifies_the_address_and_nothing_else_changes()
    {
        var account = await StoredAsync(Given.Account() with { Terms = Accepted }, verifiedAt: null);
        var session = await StoredSessionAsync(account);
        var proof = await ProofAsync(account, byStranger: false);

        var proved = await ProveAsync(proof);

        Assert.Equal(account.SecurityStamp, proved!.SecurityStamp);
        Assert.Equal((EventKind.AccountEmailVerified, null), (Assert.Single(proved.Events).Kind, proved.Events[0].Outcome));
        Assert.Equal(proved.Events[0].Id, (await ReadEventsAsync())[^1].Id);
        var after = await FindAsync(account);
        Assert.Equal((account.PasswordHash, account.SecurityStamp, Given.Now), (after.PasswordHash, after.SecurityStamp, after.Identifiers[0].VerifiedAt));
        Assert.Equal(Accepted, after.Terms);
        Assert.True(await IsAliveAsync(session));
    }

    [Fact]
    public async Task A_stranger_s_first_proof_leaves_nothing_that_was_set_before()
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var (session, ofOther) = (await StoredSessionAsync(account), await StoredSessionAsync(other));
        foreach (var one in new[] { account, other })
            Assert.True(await Engine.Get<IProfileStore>().TrySetAsync(
                one.Id, Profile.None, new Profile { Name = "Mallory" }, ProfileStoreContract<TEngine>.Changed(one.Id)));
        var (ticket, secretOfOther) = (await SecretAsync(account, "sign-in"), await SecretAsync(other, "sign-in"));

        var proved = await ProveAsync(await ProofAsync(account));

        Assert.Equal([EventKind.AccountEmailVerified, EventKind.SessionEnded], proved!.Events.Select(one => one.Kind));
        Assert.Equal("first_proof", proved.Events[0].Outcome);
        var after = await FindAsync(account);
        Assert.Null(after.PasswordHash);
        Assert.Equal((proved.SecurityStamp, Given.Now), (after.SecurityStamp, after.Identifiers[0].VerifiedAt));
        Assert.NotEqual(account.SecurityStamp, after.SecurityStamp);
        Assert.False(await IsAliveAsync(session));
        Assert.False(await Secrets.TakeAsync(ticket, Given.Now));
        Assert.Equal(Profile.None, await Engine.Get<IProfileStore>().FindAsync(account.Id, Cancel));
        Assert.Equal("Mallory", (await Engine.Get<IProfileStore>().FindAsync(other.Id, Cancel)).Name);
        Assert.True(await IsAliveAsync(ofOther));
        Assert.True(await Secrets.TakeAsync(secretOfOther, Given.Now));
        Assert.Equal(other.PasswordHash, (await FindAsync(other)).PasswordHash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_proof_keeps_an_account_that_a_stranger_has_deleted_and_forgets_the_terms_that_the_stranger_has_accepted(bool byReset)
    {
        var account = await StoredAsync(Given.Account() with { Terms = Accepted }, verifiedAt: null);
        await Engine.Get<IProfileStore>().TrySetAsync(
            account.Id, Profile.None, new Profile { Name = "Mallory" }, ProfileStoreContract<TEngine>.Changed(account.Id));
        Assert.NotEmpty(await Accounts.TryRequestDeletionAsync(
            new DeletionRequest(account.Id, (await StoredSessionAsync(account)).Id, Given.Now.AddDays(14)),
            Given.By.Does(EventKind.AccountDeletionRequested, Given.Now) with { AccountId = account.Id }));
        account = await FindAsync(account);
        Assert.NotNull(account.DeleteAt);
        Assert.Equal(Accepted, account.Terms);

        var proof = await ProofAsync(account);
        if (byReset) Assert.NotEmpty(await Accounts.TryResetPasswordAsync(
            new PasswordReset(proof.Secret!, account.Id, account.SecurityStamp, proof.Email, new HashedPassword("$argon2id$new")),
            Given.By.Does(EventKind.AccountPasswordReset, Given.Now) with { AccountId = account.Id }));
        else Assert.NotNull(await ProveAsync(proof));

        var after = await FindAsync(account);
        Assert.Null(after.DeleteAt);
        Assert.Null(after.Terms);
        Assert.Equal(Profile.None, await Engine.Get<IProfileStore>().FindAsync(account.Id, Cancel));
    }

    [Fact]
    public async Task A_later_proof_by_a_stranger_spends_only_the_secret()
    {
        var account = await StoredAsync(Given.Account(), verifiedAt: Given.Now.AddDays(-9));
        var session = await StoredSessionAsync(account);
        var events = (await ReadEventsAsync()).Count;

        var proved = await ProveAsync(await ProofAsync(account));

        Assert.Equal(account.SecurityStamp, proved!.SecurityStamp);
        Assert.Empty(proved.Events);
        Assert.Equivalent(account, await FindAsync(account), strict: true);
        Assert.True(await IsAliveAsync(session));
        Assert.Equal(events, (await ReadEventsAsync()).Count);
    }

    [Fact]
    public async Task Without_a_secret_it_is_the_same()
    {
        var account = await StoredAccountAsync();

        var proved = await ProveAsync((await ProofAsync(account)) with { Secret = null });

        Assert.Equal("first_proof", proved!.Events[0].Outcome);
        Assert.Null((await FindAsync(account)).PasswordHash);
    }

    [Fact]
    public async Task The_secrets_of_the_purposes_are_spent_and_no_others()
    {
        var account = await StoredAsync(Given.Account(), verifiedAt: Given.Now);
        var proof = await ProofAsync(account);
        var (sibling, ticket) = (await SecretAsync(account, Sibling), await SecretAsync(account, "sign-in"));

        Assert.NotNull(await ProveAsync(proof));

        Assert.Null(await ProveAsync(proof));
        Assert.False(await Secrets.TakeAsync(sibling, Given.Now));
        Assert.True(await Secrets.TakeAsync(ticket, Given.Now));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_many_at_once_with_the_same_secret_one_proves(bool isVerified)
    {
        var account = await StoredAsync(Given.Account(), isVerified ? Given.Now : null);
        var proof = await ProofAsync(account);

        var proved = await InParallelAsync(16, _ => ProveAsync(proof));

        Assert.Single(proved, one => one is not null);
    }

    [Fact]
    public async Task A_session_that_begins_with_the_first_proof_or_before_it_does_not_outlive_it()
    {
        for (var round = 0; round < 50; round++)
        {
            var account = await StoredAccountAsync();
            var session = Given.Session(account.Id);
            var proof = await ProofAsync(account);

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            Assert.NotNull(await ProveAsync(proof));

            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Theory]
    [InlineData("another hash")]
    [InlineData("of another purpose")]
    [InlineData("of another account")]
    [InlineData("taken")]
    [InlineData("expired")]
    [InlineData("another stamp")]
    [InlineData("another address")]
    [InlineData("address of another account")]
    [InlineData("another address is proved")]
    [InlineData("another address is proved, and the owner asks")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task Without_all_that_was_verified_nothing_changes(string fault)
    {
        var (account, other) = (await StoredAccountAsync(), await StoredAccountAsync());
        var session = await StoredSessionAsync(account);
        var proof = await ProofAsync(account);
        var at = Given.Now;
        switch (fault)
        {
            case "another hash": proof = proof with { Secret = proof.Secret! with { Hash = new byte[32] } }; break;
            case "of another purpose": proof = proof with { Secret = await SecretAsync(account, "sign-in") with { Purpose = Purpose } }; break;
            case "of another account": proof = proof with { Secret = await SecretAsync(other, Purpose) }; break;
            case "taken": await Secrets.TakeAsync(proof.Secret!, Given.Now); break;
            case "expired": at = Expiry; break;
            case "another stamp": proof = proof with { SecurityStamp = "another" }; break;
            case "another address": proof = proof with { Email = "eve@example.com" }; break;
            case "address of another account": proof = proof with { Email = other.Identifiers[0].Canonical }; break;
            case "another address is proved" or "another address is proved, and the owner asks":
                account = Given.Account() with { Identifiers = [Given.Email($"first.{Given.Id()}"), Given.Email($"second.{Given.Id()}") with { VerifiedAt = Given.Now }] };
                await Accounts.TryCreateAsync(account);
                session = await StoredSessionAsync(account);
                proof = await ProofAsync(account, byStranger: fault == "another address is proved");
                break;
            case "disabled": await Accounts.TryDisableAsync(account.Id, Given.Now); break;
            case "deleted": await Accounts.TryDeleteAsync(account.Id, Given.Now); break;
        }
        var (before, events, alive) = (await Accounts.FindAsync(account.Id, Cancel), (await ReadEventsAsync()).Count, await IsAliveAsync(session));

        Assert.Null(await Accounts.TryProveEmailAsync(proof, Given.By.Does(EventKind.AccountEmailVerified, at) with { AccountId = account.Id }));

        Assert.Equivalent(before, await Accounts.FindAsync(account.Id, Cancel), strict: true);
        Assert.Equal((events, alive), ((await ReadEventsAsync()).Count, await IsAliveAsync(session)));
    }

    [Fact]
    public async Task A_deleted_account_leaves_no_secret()
    {
        var account = await StoredAccountAsync();
        var secret = await SecretAsync(account, "sign-in");

        Assert.True(await Accounts.TryDeleteAsync(account.Id, Given.Now));

        Assert.False(await Secrets.TakeAsync(secret, Given.Now));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_is_a_first_proof_too_and_a_later_one_leaves_other_secrets(bool isVerified)
    {
        var account = await StoredAsync(Given.Account(), isVerified ? Given.Now : null);
        var ticket = await SecretAsync(account, "sign-in");
        var reset = new PasswordReset(
            await SecretAsync(account, "password-reset"), account.Id, account.SecurityStamp, account.Identifiers[0].Canonical, new HashedPassword("new hash"));

        Assert.NotEmpty(await Accounts.TryResetPasswordAsync(reset, Given.By.Does(EventKind.AccountPasswordReset, Given.Now) with { AccountId = account.Id }));

        Assert.Equal("new hash", (await FindAsync(account)).PasswordHash);
        Assert.Equal(isVerified, await Secrets.TakeAsync(ticket, Given.Now));
    }

    Task<ProvedEmail?> ProveAsync(EmailProof proof) => Accounts.TryProveEmailAsync(
        proof, Given.By.Does(EventKind.AccountEmailVerified, Given.Now) with { AccountId = proof.AccountId });

    async Task<Account> StoredAsync(Account account, DateTimeOffset? verifiedAt)
    {
        account = account with { Identifiers = [account.Identifiers[0] with { VerifiedAt = verifiedAt }] };
        Assert.True(await Accounts.TryCreateAsync(account));
        return account;
    }

    async Task<Account> FindAsync(Account account) => (await Accounts.FindAsync(account.Id, Cancel))!;

    async Task<EmailProof> ProofAsync(Account account, bool byStranger = true) => new(
        account.Id, account.SecurityStamp, account.Identifiers[0].Canonical, await SecretAsync(account, Purpose), [Purpose, Sibling], byStranger);

    async Task<SecretKey> SecretAsync(Account account, string purpose)
    {
        var id = Given.Id();
        var key = new SecretKey(purpose, id, [.. id.ToByteArray(), .. id.ToByteArray()]);
        await Secrets.AddAsync(key, new SecretContent(account.Id, [], Expiry), tries: 5, most: 5);
        return key;
    }
}
