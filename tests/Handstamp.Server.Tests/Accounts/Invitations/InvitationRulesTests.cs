using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.Mail;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Invitations;

/// <summary>What an invitation refuses, until when it is valid, and what is recorded of it.</summary>
public sealed class InvitationRulesTests
{
    const string Email = "Eve@Example.com";
    const string Password = "another quite unusual sentence";
    const string Closed = "Set Accounts:Registration to invited or open. Then invitations can be accepted.";

    static readonly Origin By = MailCalls.Person;

    [Theory]
    [InlineData("closed", true, Email, "editor", "registration_closed", Closed)]
    [InlineData("closed", false, "eve", "no role", "registration_closed", Closed)]
    [InlineData("invited", false, "eve", "no role", "mail_not_configured", null)]
    [InlineData("invited", true, "eve", "no role", "invalid_request", "This is not a valid e-mail address.")]
    [InlineData("invited", true, "eve@evil.example", "no role", "email_domain_not_allowed", null)]
    [InlineData("invited", true, Email, "no role", "invalid_request", "A role must have 1 to 128 characters, which can be ASCII letters, digits, and . _ : / or -.")]
    public async Task An_invitation_that_cannot_be_made_is_refused_in_a_sentence(
        string mode, bool hasMails, string address, string role, string problem, string? sentence)
    {
        using var folder = new MailFolder();
        var settings = hasMails ? folder.Settings : new Dictionary<string, string?>();
        settings["Accounts:Registration"] = mode;
        settings["Accounts:RefusedMailDomains:0"] = "evil.example";
        await using var app = await HandstampApp.StartAsync(settings);

        var outcome = await Of(app).InviteAsync(address, [role], Origin.Operator, default);

        var refused = Assert.IsType<InvitationOutcome.Refused>(outcome).Refusal;
        Assert.Equal((problem, sentence), (refused.Problem.Code, refused.Detail));
        Assert.Empty(await app.EventsAsync(EventKind.InvitationAdded));
    }

    [Fact]
    public async Task An_invitation_has_what_was_asked_for_and_is_recorded()
    {
        await using var email = await StartAsync(("Accounts:InvitationLifetime", "2.00:00:00"));
        var now = email.App.Clock.GetUtcNow();

        var first = await InviteAsync(email, "editor", "billing");

        Assert.Equal((Identifier.OfEmail(Email), now, now.AddDays(2)), (first.Email, first.CreatedAt, first.ExpiresAt));
        Assert.Equal(["editor", "billing"], first.Claims.Roles);
        var added = Assert.Single(await email.App.EventsAsync(EventKind.InvitationAdded));
        Assert.Equal(($"{first.Id}, editor, billing", null, null, now), (added.Detail, added.Outcome, added.AccountId, added.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (added.By.Actor.Kind, added.By.Address, added.By.UserAgent));
        var mail = await email.MailAsync(to: Email);
        Assert.Contains("2026-01-04 03:04 UTC", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_roles_the_trail_has_the_id_alone_and_the_account_has_none()
    {
        await using var email = await StartAsync();
        var invitation = await InviteAsync(email);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.True((await AcceptAsync(email, await TokenAsync(email, invitation))).Has(out var account, out _));

        var now = email.App.Clock.GetUtcNow();
        Assert.Equal($"{invitation.Id}", Assert.Single(await email.App.EventsAsync(EventKind.InvitationAdded)).Detail);
        var added = Assert.Single(await email.App.EventsAsync(EventKind.AccountAdded));
        Assert.Equal((account.Id, "invitation", null, now), (added.AccountId, added.Outcome, added.Detail, added.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (added.By.Actor.Kind, added.By.Address, added.By.UserAgent));
        var stored = (await email.AccountAsync(Email))!;
        Assert.Equal([Identifier.OfEmail(Email) with { VerifiedAt = now }], stored.Identifiers);
        Assert.Equal((account.Id, account.SecurityStamp, now, null), (stored.Id, stored.SecurityStamp, stored.CreatedAt, stored.Terms));
        Assert.Empty(stored.Claims.Roles);
    }

    [Fact]
    public async Task An_account_that_an_invitation_has_added_is_a_line_in_the_log()
    {
        await using var email = await StartAsync();

        Assert.True((await AcceptAsync(email, await TokenAsync(email, await InviteAsync(email, "editor")))).Has(out var account, out _));

        var added = $"account.added: invitation, account {account.Id}, session -, editor, count 1";
        Assert.Single(email.App.Logs.Of(6500), line => line.Contains(added, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task An_invitation_is_valid_until_its_last_moment(int milliseconds, bool isValid)
    {
        await using var email = await StartAsync();
        var token = await TokenAsync(email, await InviteAsync(email));

        email.App.Jump(TimeSpan.FromDays(7) + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isValid ? Email : null, await Of(email.App).FindAddressAsync(token, default));
        Assert.Equal(isValid ? 1 : 0, (await Of(email.App).ListAsync(null, 10, default)).Count);
        Assert.Equal(isValid, (await AcceptAsync(email, token)).Has(out _, out _));
    }

    [Fact]
    public async Task An_invitation_that_has_expired_cannot_be_withdrawn()
    {
        await using var email = await StartAsync();
        await InviteAsync(email);
        email.App.Jump(TimeSpan.FromDays(7));

        Assert.False(await Of(email.App).WithdrawAsync(Email, By, default));

        Assert.Empty(await email.App.EventsAsync(EventKind.InvitationWithdrawn));
    }

    [Fact]
    public async Task A_withdrawal_is_recorded_once_and_names_the_invitation()
    {
        await using var email = await StartAsync();
        var invitation = await InviteAsync(email, "editor");
        var token = await TokenAsync(email, invitation);
        email.App.Jump(TimeSpan.FromMinutes(1));

        Assert.False(await Of(email.App).WithdrawAsync("bob@example.com", By, default));
        Assert.True(await Of(email.App).WithdrawAsync(Email, By, default));
        Assert.False(await Of(email.App).WithdrawAsync(Email, By, default));

        var withdrawn = Assert.Single(await email.App.EventsAsync(EventKind.InvitationWithdrawn));
        Assert.Equal((invitation.Id.ToString(), null, email.App.Clock.GetUtcNow()), (withdrawn.Detail, withdrawn.AccountId, withdrawn.At));
        Assert.Equal((ActorKind.Person, By.Address), (withdrawn.By.Actor.Kind, withdrawn.By.Address));
        Assert.Single(email.App.Logs.Of(6500), line => line.Contains($"invitation.withdrawn: -, account -, session -, {invitation.Id}", StringComparison.Ordinal));
        Assert.Null(await Of(email.App).FindAddressAsync(token, default));
    }

    [Fact]
    public async Task An_invitation_that_is_gone_at_its_withdrawal_was_not_withdrawn()
    {
        await using var email = await StartAsync();
        await InviteAsync(email);
        var real = email.App.Get<IInvitationStore>();
        var invitations = Intercepted<IInvitationStore>.Of(real, nameof(IInvitationStore.TryWithdrawAsync), args => WithdrawTwiceAsync((Guid)args[0]!, (Event)args[1]!));
        var operations = ActivatorUtilities.CreateInstance<InvitationOperations>(email.App.Services, invitations);

        Assert.False(await operations.WithdrawAsync(Email, By, default));

        Assert.Single(await email.App.EventsAsync(EventKind.InvitationWithdrawn));
        Assert.DoesNotContain(email.App.Logs.Of(6500), line => line.Contains("invitation.withdrawn", StringComparison.Ordinal));

        // Another operator is faster.
        async Task<bool> WithdrawTwiceAsync(Guid id, Event withdrawn) =>
            await real.TryWithdrawAsync(id, withdrawn) && await real.TryWithdrawAsync(id, withdrawn);
    }

    [Fact]
    public async Task An_address_is_found_by_a_link_of_an_invitation_alone()
    {
        await using var email = await StartAsync();
        var account = await email.App.AddAccountAsync(HandstampApp.Email);
        var reset = (await email.App.MakeAsync(MailRequest.For(MailKind.PasswordReset, account.Id, By)))!;

        Assert.Null(await Of(email.App).FindAddressAsync("hss_nothing", default));
        Assert.Null(await Of(email.App).FindAddressAsync(reset.Token(), default));
        Assert.Equal(Email, await Of(email.App).FindAddressAsync(await TokenAsync(email, await InviteAsync(email)), default));
    }

    [Fact]
    public async Task Invitations_are_listed_in_the_order_of_their_addresses_after_one_of_them()
    {
        await using var email = await StartAsync();
        foreach (var address in new[] { "c@example.com", "a@example.com", "B@example.com" })
            Assert.IsType<InvitationOutcome.Invited>(await Of(email.App).InviteAsync(address, [], By, default));

        var all = await Of(email.App).ListAsync(null, 10, default);

        Assert.Equal(["a@example.com", "B@example.com", "c@example.com"], all.Select(one => one.Email.Value));
        Assert.Equal(["B@example.com", "c@example.com"], (await Of(email.App).ListAsync(all[0], 10, default)).Select(one => one.Email.Value));
        Assert.Equal(["B@example.com"], (await Of(email.App).ListAsync(all[0], 1, default)).Select(one => one.Email.Value));
    }

    [Theory]
    [InlineData("nothing", "invitation_invalid")]
    [InlineData("withdrawn", "invitation_invalid")]
    [InlineData("taken", "account_exists")]
    public async Task A_link_that_adds_no_account_is_recorded_without_one(string what, string problem)
    {
        await using var email = await StartAsync();
        var token = await TokenAsync(email, await InviteAsync(email));
        switch (what)
        {
            case "nothing": token = "hss_nothing"; break;
            case "withdrawn": await Of(email.App).WithdrawAsync(Email, By, default); break;
            case "taken": await email.App.AddAccountAsync(Email); break;
        }

        Assert.False((await AcceptAsync(email, token)).Has(out _, out var refusal));

        Assert.Equal(problem, refusal.Problem.Code);
        Assert.Equal((EventKind.RegistrationRefused, problem, null, MailCalls.Network), await email.App.RefusalAsync());
        Assert.DoesNotContain(await email.App.EventsAsync(EventKind.AccountAdded), one => one.Outcome == "invitation");
    }

    [Fact]
    public async Task Without_a_place_for_its_hash_no_account_is_added_and_the_link_stays()
    {
        await using var email = await StartAsync(("Accounts:Hashing:QueueLimit", "1"));
        var token = await TokenAsync(email, await InviteAsync(email));
        var taken = email.App.Get<HashingQueue>().TryEnter(IPAddress.Loopback)!;

        Assert.False((await AcceptAsync(email, token)).Has(out _, out var refusal));

        Assert.Equal((Problems.ServerBusy, TimeSpan.FromSeconds(1)), (refusal.Problem, refusal.RetryAfter));
        Assert.Equal((EventKind.RegistrationThrottled, "server_busy", null, MailCalls.Network), await email.App.RefusalAsync());
        taken.Dispose();
        Assert.True((await AcceptAsync(email, token)).Has(out _, out _));
    }

    [Fact]
    public async Task A_password_that_may_not_be_chosen_is_refused_in_a_sentence_and_not_recorded()
    {
        await using var email = await StartAsync();
        var token = await TokenAsync(email, await InviteAsync(email));

        Assert.False((await AcceptAsync(email, token, "short")).Has(out _, out var refusal));

        Assert.Equal(
            (Problems.PasswordTooWeak, "too_short", "A password must have at least 8 characters."), (refusal.Problem, refusal.Rule, refusal.Detail));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task After_twenty_passwords_that_may_not_be_chosen_a_link_is_no_longer_valid()
    {
        await using var email = await StartAsync();
        var token = await TokenAsync(email, await InviteAsync(email));
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Assert.False((await AcceptAsync(email, token, "short")).Has(out _, out var weak));
            Assert.Equal(Problems.PasswordTooWeak, weak.Problem);
        }

        Assert.False((await AcceptAsync(email, token)).Has(out _, out var refusal));

        Assert.Equal(Problems.InvitationInvalid, refusal.Problem);
    }

    [Theory]
    [InlineData("closed", false)]
    [InlineData("invited", true)]
    [InlineData("open", true)]
    public async Task Where_nobody_may_come_in_no_link_is_looked_at(string mode, bool isOpen)
    {
        await using var email = await StartAsync(("Accounts:Registration", mode));

        Assert.Equal(isOpen, Of(email.App).IsOpen);
        Assert.False((await AcceptAsync(email, "hss_nothing")).Has(out _, out var refusal));
        Assert.Equal(isOpen ? Problems.InvitationInvalid : Problems.RegistrationClosed, refusal.Problem);
        Assert.Equal(isOpen ? 1 : 0, (await email.App.RefusalsAsync()).Count);
        if (isOpen) await email.RefusedAsync("/invitations/accept", new { }, HttpStatusCode.BadRequest, "invalid_request");
        else await email.RefusedAsync("/invitations/accept", new { }, HttpStatusCode.Forbidden, "registration_closed");
    }

    static Task<EmailApp> StartAsync(params (string Key, string Value)[] settings) => EmailApp.StartAsync([("Accounts:Registration", "invited"), .. settings]);

    static InvitationOperations Of(HandstampApp app) => app.Get<InvitationOperations>();

    static async Task<Invitation> InviteAsync(EmailApp email, params string[] roles) =>
        Assert.IsType<InvitationOutcome.Invited>(await Of(email.App).InviteAsync(Email, roles, By, default)).Invitation;

    static async Task<string> TokenAsync(EmailApp email, Invitation invitation) =>
        (await email.App.MakeAsync(MailRequest.For(MailKind.Invitation, invitation.Email.Canonical, By) with { InvitationId = invitation.Id }))!.Token();

    static Task<OrRefusal<Account>> AcceptAsync(EmailApp email, string token, string password = Password) =>
        Of(email.App).AcceptAsync(token, password, accepted: null, By, default);
}
