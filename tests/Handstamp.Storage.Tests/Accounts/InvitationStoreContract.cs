using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;

namespace Handstamp.Storage.Tests.Accounts;

public abstract class InvitationStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const string Purpose = "invitation";

    static readonly DateTimeOffset Expiry = Given.Now.AddDays(7);

    IInvitationStore Invitations => Engine.Get<IInvitationStore>();

    ISecretStore Secrets => Engine.Get<ISecretStore>();

    [Fact]
    public async Task An_invitation_is_found_by_its_address_and_its_id_until_it_expires()
    {
        var invitation = await InvitedAsync();

        var found = await Invitations.FindAsync(invitation.Email.Canonical, Given.Now, Cancel);
        Assert.Equivalent(invitation, found, strict: true);
        Assert.Equivalent(invitation, await Invitations.FindAsync(invitation.Id, Expiry.AddMilliseconds(-1), Cancel), strict: true);
        Assert.Null(await Invitations.FindAsync(invitation.Id, Expiry, Cancel));
        Assert.Null(await Invitations.FindAsync(invitation.Email.Canonical, Expiry, Cancel));
        Assert.Null(await Invitations.FindAsync(Given.Id(), Given.Now, Cancel));
    }

    [Fact]
    public async Task The_event_and_the_mail_are_written_with_it()
    {
        var notice = new OutboxEntry { Id = Given.Id(), Channel = "mail", Lane = "ada", Payload = [1], CreatedAt = Given.Now };
        var added = Given.By.Does(EventKind.InvitationAdded, Given.Now) with { Notice = notice };

        Assert.True(await Invitations.TryAddAsync(Invitation(), added));

        Assert.Equal(added.Id, (await ReadEventsAsync())[^1].Id);
        Assert.Equal(notice.Id, (await Engine.Get<IOutboxStore>().LeaseAsync(Given.Now, Expiry))!.Entry.Id);
    }

    [Fact]
    public async Task A_new_invitation_takes_the_place_of_the_former_one_and_of_its_link()
    {
        var former = await InvitedAsync();
        var secret = await SecretAsync(former.Id);
        var next = former with { Id = Given.Id(), Claims = new AccountClaims { Roles = ["reader"] } };

        Assert.True(await Invitations.TryAddAsync(next, Done(EventKind.InvitationAdded)));

        Assert.Equal(next.Id, (await Invitations.FindAsync(former.Email.Canonical, Given.Now, Cancel))!.Id);
        Assert.False(await Secrets.TakeAsync(secret, Given.Now));
        Assert.Equal(InvitationAcceptance.Invalid, await AcceptAsync(former, secret));
        Assert.Equal(["reader"], Assert.Single(await ListAsync(), one => one.Id == next.Id).Claims.Roles);
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_not_invited()
    {
        var account = await StoredAccountAsync();
        var events = (await ReadEventsAsync()).Count;

        Assert.False(await Invitations.TryAddAsync(Invitation() with { Email = account.Identifiers[0] }, Done(EventKind.InvitationAdded)));

        Assert.Null(await Invitations.FindAsync(account.Identifiers[0].Canonical, Given.Now, Cancel));
        Assert.Equal(events, (await ReadEventsAsync()).Count);
    }

    [Fact]
    public async Task Expired_invitations_and_their_secrets_go_with_the_next_one()
    {
        var old = await InvitedAsync();
        var secret = await SecretAsync(old.Id, Expiry.AddDays(1));

        await Invitations.TryAddAsync(
            Invitation() with { ExpiresAt = Expiry.AddDays(9) }, Given.By.Does(EventKind.InvitationAdded, Expiry));

        Assert.Null(await Invitations.FindAsync(old.Id, Given.Now, Cancel));
        Assert.False(await Secrets.TakeAsync(secret, Given.Now));
    }

    [Fact]
    public async Task The_list_goes_on_after_an_address_and_has_none_that_expired()
    {
        var invitations = new[] { await InvitedAsync(), await InvitedAsync(), await InvitedAsync() };
        var addresses = invitations.Select(one => one.Email.Canonical).Order(StringComparer.Ordinal).ToArray();

        var first = await Invitations.ListAsync(null, 2, Given.Now, Cancel);
        var rest = await Invitations.ListAsync(first[^1].Email.Canonical, 2, Given.Now, Cancel);

        Assert.Equal(addresses, first.Concat(rest).Select(one => one.Email.Canonical));
        Assert.Empty(await Invitations.ListAsync(null, 10, Expiry, Cancel));
    }

    [Fact]
    public async Task A_withdrawn_invitation_is_gone_with_its_link()
    {
        var invitation = await InvitedAsync();
        var secret = await SecretAsync(invitation.Id);

        Assert.True(await Invitations.TryWithdrawAsync(invitation.Id, Done(EventKind.InvitationWithdrawn)));

        Assert.False(await Invitations.TryWithdrawAsync(invitation.Id, Done(EventKind.InvitationWithdrawn)));
        Assert.Single(await ReadEventsAsync(), one => one.Kind == EventKind.InvitationWithdrawn);
        Assert.False(await Secrets.TakeAsync(secret, Given.Now));
        Assert.Equal(InvitationAcceptance.Invalid, await AcceptAsync(invitation, secret));
    }

    [Fact]
    public async Task An_accepted_invitation_becomes_an_account_once()
    {
        var invitation = await InvitedAsync();
        var (secret, other) = (await SecretAsync(invitation.Id), await SecretAsync(invitation.Id));

        var outcomes = await InParallelAsync(16, caller => AcceptAsync(invitation, caller % 2 == 0 ? secret : other));

        Assert.Single(outcomes, outcome => outcome == InvitationAcceptance.Accepted);
        var account = (await Accounts.FindAsync(IdentifierKind.Email, invitation.Email.Canonical, Cancel))!;
        Assert.Equal(["editor"], account.Claims.Roles);
        Assert.Equal(Given.Now, account.Identifiers[0].VerifiedAt);
        Assert.Equal(account.Id, Assert.Single(await ReadEventsAsync(), one => one.Kind == EventKind.AccountAdded).AccountId);
        Assert.Null(await Invitations.FindAsync(invitation.Id, Given.Now, Cancel));
        Assert.False(await Secrets.TakeAsync(secret, Given.Now));
    }

    [Fact]
    public async Task If_the_address_has_got_an_account_in_the_meantime_nothing_is_written()
    {
        var invitation = await InvitedAsync();
        var secret = await SecretAsync(invitation.Id);
        await Accounts.TryCreateAsync(Given.Account() with { Identifiers = [invitation.Email] });
        var events = (await ReadEventsAsync()).Count;

        Assert.Equal(InvitationAcceptance.Taken, await AcceptAsync(invitation, secret));

        Assert.Equal(invitation.Id, (await Invitations.FindAsync(invitation.Id, Given.Now, Cancel))!.Id);
        Assert.Equal(events, (await ReadEventsAsync()).Count);
    }

    [Theory]
    [InlineData("of another purpose")]
    [InlineData("with another hash")]
    [InlineData("of another invitation")]
    [InlineData("taken")]
    [InlineData("expired")]
    [InlineData("another address")]
    public async Task With_a_secret_that_is_not_valid_nothing_is_written(string fault)
    {
        var (invitation, other) = (await InvitedAsync(), await InvitedAsync());
        var secret = await SecretAsync(invitation.Id);
        var (account, at) = (AccountOf(invitation), Given.Now);
        switch (fault)
        {
            case "of another purpose": secret = await SecretAsync(invitation.Id, purpose: "sign-in") with { Purpose = Purpose }; break;
            case "with another hash": secret = secret with { Hash = new byte[32] }; break;
            case "of another invitation": secret = await SecretAsync(other.Id); break;
            case "taken": await Secrets.TakeAsync(secret, Given.Now); break;
            case "expired": at = Expiry; break;
            case "another address": account = AccountOf(other); break;
        }
        var events = (await ReadEventsAsync()).Count;

        var outcome = await Invitations.TryAcceptAsync(invitation.Id, secret, account, Given.By.Does(EventKind.AccountAdded, at));

        Assert.Equal(InvitationAcceptance.Invalid, outcome);
        Assert.Null(await Accounts.FindAsync(account.Id, Cancel));
        Assert.Equal(events, (await ReadEventsAsync()).Count);
    }

    Task<IReadOnlyList<Invitation>> ListAsync() => Invitations.ListAsync(null, 100, Given.Now, Cancel);

    Task<InvitationAcceptance> AcceptAsync(Invitation invitation, SecretKey secret)
    {
        var account = AccountOf(invitation);
        return Invitations.TryAcceptAsync(invitation.Id, secret, account, Done(EventKind.AccountAdded) with { AccountId = account.Id });
    }

    async Task<Invitation> InvitedAsync()
    {
        var invitation = Invitation();
        Assert.True(await Invitations.TryAddAsync(invitation, Done(EventKind.InvitationAdded)));
        return invitation;
    }

    async Task<SecretKey> SecretAsync(Guid invitation, DateTimeOffset? expiresAt = null, string purpose = Purpose)
    {
        var id = Given.Id();
        var key = new SecretKey(purpose, id, [.. id.ToByteArray(), .. id.ToByteArray()]);
        await Secrets.AddAsync(key, new SecretContent(invitation, [], expiresAt ?? Expiry), tries: 5, most: 5);
        return key;
    }

    static Invitation Invitation()
    {
        var id = Given.Id();
        return new Invitation
        {
            Id = id,
            Email = Given.Email($"EVE.{id:n}@EXAMPLE.COM", $"Eve.{id:n}@example.com"),
            Claims = new AccountClaims { Roles = ["editor"] },
            CreatedAt = Given.Now,
            ExpiresAt = Expiry,
        };
    }

    static Account AccountOf(Invitation invitation) => Given.Account() with
    {
        Identifiers = [invitation.Email with { VerifiedAt = Given.Now }],
        Claims = invitation.Claims,
    };

    static Event Done(EventKind kind) => Given.By.Does(kind, Given.Now);
}
