using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What is in each mail, and until when its secrets are valid.</summary>
public sealed class MailContentsTests : IAsyncLifetime
{
    const string Pages = "https://auth.example.com/account";
    const string Written = "Ada@Example.com";
    const string Canonical = "ADA@EXAMPLE.COM";

    static readonly Origin By = MailCalls.Person;

    HandstampApp _app = null!;

    DateTimeOffset Now => _app.Clock.GetUtcNow();

    SingleUseSecrets Secrets => _app.Get<SingleUseSecrets>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset), "password-reset", 30)]
    [InlineData(nameof(MailKind.RegistrationExists), "password-reset", 30)]
    [InlineData(nameof(MailKind.PasswordChanged), "password-undo", 3 * 24 * 60)]
    [InlineData(nameof(MailKind.NewDevice), "password-undo", 3 * 24 * 60)]
    [InlineData(nameof(MailKind.SessionReused), "password-undo", 3 * 24 * 60)]
    [InlineData(nameof(MailKind.FactorAdded), "password-undo", 3 * 24 * 60)]
    [InlineData(nameof(MailKind.FactorRemoved), "password-undo", 3 * 24 * 60)]
    public async Task A_mail_about_the_account_has_a_link_that_sets_a_password(string kind, string purpose, int minutes)
    {
        var account = await _app.AddAccountAsync(Written);
        var request = MailRequest.For(Enum.Parse<MailKind>(kind), account.Id, By);
        var entry = request.ToEntry(Now.AddMinutes(-5));

        var mail = (await _app.MakeAsync(request, entry))!;

        AssertHead(mail, entry.Id, request.Kind, Written);
        Assert.Equal((Now.AddMinutes(-5), Now.AddMinutes(minutes), null), (mail.At, mail.LinkExpiresAt, mail.Code));
        Assert.StartsWith($"{Pages}/reset?token=hss_", mail.Link, StringComparison.Ordinal);
        var content = await Secrets.FindAsync(new SecretPurpose(purpose, Tries: 1, Most: 1), mail.Token());
        Assert.NotNull(content);
        Assert.Equal((account.Id, mail.LinkExpiresAt), (content.Subject, content.ExpiresAt));
        Assert.Equal(new ResetGrant(Canonical, account.SecurityStamp), content.Read(ResetJson.Default.ResetGrant));
    }

    [Fact]
    public async Task A_mail_that_asks_for_a_verification_has_a_link_and_a_code_for_an_hour()
    {
        var account = await _app.AddAccountAsync(Written);
        var request = MailRequest.For(MailKind.AddressVerification, Canonical, By);
        var entry = request.ToEntry(Now.AddMinutes(-5));

        var mail = (await _app.MakeAsync(request, entry))!;

        AssertHead(mail, entry.Id, MailKind.AddressVerification, Written);
        Assert.Equal((Now.AddMinutes(-5), Now.AddHours(1)), (mail.At, mail.LinkExpiresAt));
        Assert.StartsWith($"{Pages}/verify?token=hss_", mail.Link, StringComparison.Ordinal);
        await AssertBothAsync(mail, MailSecrets.Verification, Canonical, account.Id, new MailGrant(Canonical, account.SecurityStamp));
    }

    [Fact]
    public async Task A_mail_that_logs_in_has_a_link_and_a_code_for_ten_minutes()
    {
        var account = await _app.AddAccountAsync(Written);
        var request = MailRequest.For(MailKind.LoginCode, Canonical, By);
        var entry = request.ToEntry(Now.AddMinutes(-5));

        var mail = (await _app.MakeAsync(request, entry))!;

        AssertHead(mail, entry.Id, MailKind.LoginCode, Written);
        Assert.Equal((Now.AddMinutes(-5), Now.AddMinutes(10)), (mail.At, mail.LinkExpiresAt));
        Assert.StartsWith($"{Pages}/login/link?token=hss_", mail.Link, StringComparison.Ordinal);
        await AssertBothAsync(mail, MailSecrets.Login, Canonical, account.Id, new MailGrant(Canonical, account.SecurityStamp));
    }

    [Fact]
    public async Task A_mail_to_a_new_address_has_a_link_and_a_code_for_an_hour_and_names_both_addresses()
    {
        var account = await _app.AddAccountAsync(Written);
        var request = MailRequest.For(MailKind.AddressChangeConfirm, account.Id, By) with { To = "Ada.New@Example.com", SecurityStamp = account.SecurityStamp };
        var entry = request.ToEntry(Now.AddMinutes(-5));

        var mail = (await _app.MakeAsync(request, entry))!;

        AssertHead(mail, entry.Id, MailKind.AddressChangeConfirm, "Ada.New@Example.com");
        Assert.Equal((Now.AddMinutes(-5), Now.AddHours(1)), (mail.At, mail.LinkExpiresAt));
        Assert.StartsWith($"{Pages}/email/confirm?token=hss_", mail.Link, StringComparison.Ordinal);
        await AssertBothAsync(
            mail, MailSecrets.Change, "ADA.NEW@EXAMPLE.COM", account.Id, new MailGrant(Canonical, account.SecurityStamp, "Ada.New@Example.com"));
    }

    [Fact]
    public async Task A_mail_to_a_former_address_has_a_link_for_72_hours_from_the_change_on()
    {
        var account = await _app.AddAccountAsync("ada.new@example.com");
        var request = MailRequest.For(MailKind.AddressChanged, account.Id, By) with { To = Written };
        var entry = request.ToEntry(Now.AddHours(-5));

        var mail = (await _app.MakeAsync(request, entry))!;

        AssertHead(mail, entry.Id, MailKind.AddressChanged, Written);
        Assert.Equal((Now.AddHours(-5), Now.AddHours(67), null), (mail.At, mail.LinkExpiresAt, mail.Code));
        Assert.StartsWith($"{Pages}/email/undo?token=hss_", mail.Link, StringComparison.Ordinal);
        var content = await Secrets.FindAsync(MailSecrets.Undo, mail.Token());
        Assert.NotNull(content);
        Assert.Equal((account.Id, mail.LinkExpiresAt), (content.Subject, content.ExpiresAt));
        Assert.Equal(new MailGrant(Canonical, account.SecurityStamp, Written), content.Read(MailGrantJson.Default.MailGrant));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task A_mail_to_a_former_address_is_not_sent_when_its_link_would_be_too_late(int milliseconds, bool isSent)
    {
        var account = await _app.AddAccountAsync("ada.new@example.com");
        var request = MailRequest.For(MailKind.AddressChanged, account.Id, By) with { To = Written };

        var mail = await _app.MakeAsync(request, request.ToEntry(Now.AddHours(-72).AddMilliseconds(-milliseconds)));

        Assert.Equal(isSent, mail is not null);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task A_mail_about_a_deletion_has_a_link_until_the_account_is_deleted(int milliseconds, bool isSent)
    {
        var tokens = await _app.RegisterAndLoginAsync();
        using (await _app.SendAsync(HttpMethod.Delete, "/me", accessToken: tokens.AccessToken)) { }
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var due = account.DeleteAt!.Value;
        var request = MailRequest.For(MailKind.AccountDeletionRequested, account.Id, By);
        var entry = request.ToEntry(Now);
        _app.Jump(due - Now + TimeSpan.FromMilliseconds(milliseconds));

        var mail = await _app.MakeAsync(request, entry);

        Assert.Equal(isSent, mail is not null);
        if (mail is null) return;
        AssertHead(mail, entry.Id, MailKind.AccountDeletionRequested, HandstampApp.Email);
        Assert.Equal((entry.CreatedAt, due, null), (mail.At, mail.LinkExpiresAt, mail.Code));
        Assert.StartsWith($"{Pages}/restore?token=hss_", mail.Link, StringComparison.Ordinal);
        var content = await Secrets.FindAsync(MailSecrets.Restore, mail.Token());
        Assert.Equal((account.Id, due), (content!.Subject, content.ExpiresAt));
        Assert.Empty(content.Payload);
    }

    [Fact]
    public async Task No_mail_is_about_the_deletion_of_an_account_that_stays()
    {
        var account = await _app.AddAccountAsync(Written);

        Assert.Null(await _app.MakeAsync(MailRequest.For(MailKind.AccountDeletionRequested, account.Id, By)));
    }

    [Fact]
    public async Task No_mail_asks_for_the_verification_of_an_address_that_was_verified()
    {
        await _app.AddAccountAsync(Identifier.OfEmail(Written) with { VerifiedAt = Now });

        Assert.Null(await _app.MakeAsync(MailRequest.For(MailKind.AddressVerification, Canonical, By)));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task An_invitation_is_mailed_until_it_expires_and_its_link_is_valid_as_long(int milliseconds, bool isSent)
    {
        var invitation = new Invitation { Id = Guid.CreateVersion7(), Email = Identifier.OfEmail("Eve@Example.com"), CreatedAt = Now, ExpiresAt = Now.AddDays(2) };
        Assert.True(await _app.Get<IInvitationStore>().TryAddAsync(invitation, By.Does(EventKind.InvitationAdded, Now)));
        var request = MailRequest.For(MailKind.Invitation, invitation.Email.Canonical, By) with { InvitationId = invitation.Id };
        var entry = request.ToEntry(Now);
        _app.Jump(TimeSpan.FromDays(2) + TimeSpan.FromMilliseconds(milliseconds));

        var mail = await _app.MakeAsync(request, entry);

        Assert.Equal(isSent, mail is not null);
        if (mail is null) return;
        AssertHead(mail, entry.Id, MailKind.Invitation, "Eve@Example.com");
        Assert.Equal((entry.CreatedAt, invitation.ExpiresAt, null), (mail.At, mail.LinkExpiresAt, mail.Code));
        Assert.StartsWith($"{Pages}/invitation?token=hss_", mail.Link, StringComparison.Ordinal);
        var content = await Secrets.FindAsync(InvitationOperations.Purpose, mail.Token());
        Assert.Equal((invitation.Id, invitation.ExpiresAt), (content!.Subject, content.ExpiresAt));
        Assert.Empty(content.Payload);
    }

    [Fact]
    public async Task A_request_without_an_invitation_or_with_one_that_is_gone_is_no_mail()
    {
        var request = MailRequest.For(MailKind.Invitation, Canonical, By);

        Assert.Null(await _app.MakeAsync(request));
        Assert.Null(await _app.MakeAsync(request with { InvitationId = Guid.CreateVersion7() }));
    }

    [Fact]
    public async Task Each_attempt_to_tell_of_a_change_replaces_the_link_of_the_one_before()
    {
        var account = await _app.AddAccountAsync(Written);
        var request = MailRequest.For(MailKind.AddressChanged, account.Id, By) with { To = Written };
        var entry = request.ToEntry(Now);

        var (first, second) = ((await _app.MakeAsync(request, entry))!, (await _app.MakeAsync(request, entry))!);

        Assert.Null(await Secrets.FindAsync(MailSecrets.Undo, first.Token()));
        Assert.NotNull(await Secrets.FindAsync(MailSecrets.Undo, second.Token()));
    }

    [Fact]
    public async Task Each_attempt_to_tell_of_a_deletion_replaces_the_link_of_the_one_before()
    {
        var tokens = await _app.RegisterAndLoginAsync();
        using (await _app.SendAsync(HttpMethod.Delete, "/me", accessToken: tokens.AccessToken)) { }
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var request = MailRequest.For(MailKind.AccountDeletionRequested, account.Id, By);
        var entry = request.ToEntry(Now);

        var (first, second) = ((await _app.MakeAsync(request, entry))!, (await _app.MakeAsync(request, entry))!);

        Assert.Null(await Secrets.FindAsync(MailSecrets.Restore, first.Token()));
        Assert.NotNull(await Secrets.FindAsync(MailSecrets.Restore, second.Token()));
    }

    [Fact]
    public async Task Of_the_links_that_were_requested_the_last_five_are_valid()
    {
        var account = await _app.AddAccountAsync(Written);
        var request = MailRequest.For(MailKind.PasswordReset, account.Id, By);
        var tokens = new List<string>();
        for (var mail = 0; mail < 6; mail++)
        {
            tokens.Add((await _app.MakeAsync(request))!.Token());
            _app.Jump(TimeSpan.FromSeconds(1));
        }

        var valid = new List<bool>();
        foreach (var token in tokens) valid.Add(await Secrets.FindAsync(ResetSecrets.Requested, token) is not null);

        Assert.Equal([false, true, true, true, true, true], valid);
    }

    [Fact]
    public async Task A_mail_at_the_word_of_an_operator_names_no_address_and_no_language()
    {
        var account = await _app.AddAccountAsync(Written);

        var mail = (await _app.MakeAsync(MailRequest.For(MailKind.PasswordChanged, account.Id, Origin.Operator)))!;

        Assert.Null(mail.Address);
        Assert.Null(mail.Languages);
    }

    static void AssertHead(OutgoingMail mail, Guid id, MailKind kind, string to) =>
        Assert.Equal((id, kind, to, "de", "192.0.2.7"), (mail.Id, mail.Kind, mail.To, mail.Languages, mail.Address));

    async Task AssertBothAsync(OutgoingMail mail, MailPurpose purpose, string holder, Guid subject, MailGrant grant)
    {
        Assert.Matches("^[0-9]{6}$", mail.Code);
        var code = await Secrets.TryCodeAsync(purpose.Code, holder, mail.Code!, purpose.Life);
        foreach (var content in new[] { await Secrets.FindAsync(purpose.Link, mail.Token()), code?.Content })
        {
            Assert.NotNull(content);
            Assert.Equal((subject, mail.LinkExpiresAt), (content.Subject, content.ExpiresAt));
            Assert.Equal(grant, content.Read(MailGrantJson.Default.MailGrant));
        }
    }
}
