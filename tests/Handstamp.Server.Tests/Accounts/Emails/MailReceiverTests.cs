using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>Who gets a mail, and who gets none.</summary>
public sealed class MailReceiverTests : IAsyncLifetime
{
    const string First = "a@example.com";
    const string Second = "b@example.com";

    static readonly Origin By = MailCalls.Person;

    HandstampApp _app = null!;

    DateTimeOffset Now => _app.Clock.GetUtcNow();

    SingleUseSecrets Secrets => _app.Get<SingleUseSecrets>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.PasswordChanged))]
    [InlineData(nameof(MailKind.LoginCode))]
    public async Task A_mail_for_the_account_goes_to_its_first_address_if_none_was_verified(string kind)
    {
        var account = await _app.AddAccountAsync(Identifier.OfUsername("ada"), Identifier.OfEmail(First), Identifier.OfEmail(Second));

        var mail = await _app.MakeAsync(MailRequest.For(Enum.Parse<MailKind>(kind), account.Id, By));

        Assert.Equal(First, mail?.To);
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.PasswordChanged))]
    [InlineData(nameof(MailKind.LoginCode))]
    public async Task A_mail_for_the_account_goes_to_the_verified_one_of_its_addresses(string kind)
    {
        var account = await _app.AddAccountAsync(Identifier.OfEmail(First), Identifier.OfEmail(Second) with { VerifiedAt = Now });

        var mail = await _app.MakeAsync(MailRequest.For(Enum.Parse<MailKind>(kind), account.Id, By));

        Assert.Equal(Second, mail?.To);
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.AddressVerification))]
    public async Task A_mail_that_was_requested_for_an_address_goes_to_that_address(string kind)
    {
        await _app.AddAccountAsync(Identifier.OfEmail(First), Identifier.OfEmail(Second));

        var mail = await _app.MakeAsync(Request(kind, Second));

        Assert.Equal(Second, mail?.To);
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.AddressVerification))]
    public async Task An_address_gets_none_if_another_one_of_the_account_was_verified_and_it_was_not(string kind)
    {
        await _app.AddAccountAsync(Identifier.OfEmail(First), Identifier.OfEmail(Second) with { VerifiedAt = Now });

        Assert.Null(await _app.MakeAsync(Request(kind, First)));
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.PasswordChanged))]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.AddressChangeConfirm))]
    public async Task An_account_without_an_address_gets_none(string kind)
    {
        var account = await _app.AddAccountAsync(Identifier.OfUsername("ada"));
        var request = MailRequest.For(Enum.Parse<MailKind>(kind), account.Id, By) with { To = First, SecurityStamp = account.SecurityStamp };

        Assert.Null(await _app.MakeAsync(request));
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.PasswordChanged))]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.AddressChangeConfirm))]
    [InlineData(nameof(MailKind.AddressChanged))]
    public async Task A_disabled_account_gets_none_and_an_enabled_one_does(string kind)
    {
        var account = await _app.AddAccountAsync(First);
        var request = MailRequest.For(Enum.Parse<MailKind>(kind), account.Id, By) with { To = Second, SecurityStamp = account.SecurityStamp };
        await _app.Get<AccountOperations>().DisableAsync(account);
        Assert.Null(await _app.MakeAsync(request));

        await _app.Get<AccountOperations>().EnableAsync(account);

        Assert.NotNull(await _app.MakeAsync(request));
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.AddressVerification))]
    public async Task A_disabled_account_gets_none_that_was_requested_for_its_address(string kind)
    {
        var account = await _app.AddAccountAsync(First);
        await _app.Get<AccountOperations>().DisableAsync(account);

        Assert.Null(await _app.MakeAsync(Request(kind, First)));
        Assert.Null(await _app.MakeAsync(Request(kind, First) with { SecurityStamp = "of a registration" }));
    }

    [Theory]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.AddressVerification))]
    public async Task Nobody_gets_one_for_an_address_without_an_account(string kind) => Assert.Null(await _app.MakeAsync(Request(kind, First)));

    [Theory]
    [InlineData(nameof(MailKind.LoginCode))]
    [InlineData(nameof(MailKind.PasswordReset))]
    [InlineData(nameof(MailKind.AddressChanged))]
    public async Task Nobody_gets_one_about_an_account_that_is_gone(string kind)
    {
        var request = MailRequest.For(Enum.Parse<MailKind>(kind), Guid.CreateVersion7(), By) with { To = First };

        Assert.Null(await _app.MakeAsync(request));
    }

    [Fact]
    public async Task Nobody_gets_one_that_names_neither_an_address_nor_an_account() =>
        Assert.Null(await _app.MakeAsync(new MailRequest { Kind = MailKind.PasswordReset }, Request(nameof(MailKind.PasswordReset), First).ToEntry(Now)));

    [Fact]
    public async Task A_registration_that_waits_gets_its_mail_as_its_address_was_written()
    {
        await KeepAsync("A@Example.com", "new");

        foreach (var stamp in new[] { "new", null })
        {
            var mail = (await _app.MakeAsync(Request(nameof(MailKind.AddressVerification), First) with { SecurityStamp = stamp }))!;

            Assert.Equal((MailKind.AddressVerification, "A@Example.com"), (mail.Kind, mail.To));
            var content = (await Secrets.FindAsync(MailSecrets.Verification.Link, mail.Token()))!;
            Assert.Equal(PendingRegistrations.IdOf("A@EXAMPLE.COM"), content.Subject);
            Assert.Equal(new MailGrant("A@EXAMPLE.COM", "new"), content.Read(MailGrantJson.Default.MailGrant));
        }
    }

    [Fact]
    public async Task The_mail_of_a_registration_that_was_replaced_is_not_sent()
    {
        await KeepAsync(First, "new");

        Assert.Null(await _app.MakeAsync(Request(nameof(MailKind.AddressVerification), First) with { SecurityStamp = "former" }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_has_an_account_learns_that_somebody_registers_with_the_address(bool isVerified)
    {
        var account = await _app.AddAccountAsync(Identifier.OfEmail("A@Example.com") with { VerifiedAt = isVerified ? Now : null });

        var mail = (await _app.MakeAsync(Request(nameof(MailKind.AddressVerification), First) with { SecurityStamp = "of the registration" }))!;

        Assert.Equal((MailKind.RegistrationExists, "A@Example.com", null), (mail.Kind, mail.To, mail.Code));
        Assert.Equal(Now.AddMinutes(30), mail.LinkExpiresAt);
        Assert.Equal(account.Id, (await Secrets.FindAsync(ResetSecrets.Requested, mail.Token()))?.Subject);
        Assert.NotNull(await CodeAsync(MailSecrets.Verification, First, Now));
    }

    [Theory]
    [InlineData("email-verification", nameof(MailKind.AddressVerification), 60)]
    [InlineData("login", nameof(MailKind.LoginCode), 10)]
    public async Task A_code_that_nobody_gets_is_kept_as_long_as_any_other(string purpose, string kind, int minutes)
    {
        await _app.MakeAsync(Request(kind, First));

        var expiry = Now.AddMinutes(minutes);
        Assert.Empty((await CodeAsync(new MailPurpose(purpose, default), First, expiry.AddMilliseconds(-1)))!.Payload);
        Assert.Null(await CodeAsync(new MailPurpose(purpose, default), First, expiry));
    }

    [Fact]
    public async Task The_owner_of_an_address_that_somebody_else_wants_gets_the_mail_in_their_place()
    {
        var other = await _app.AddAccountAsync(First);
        var owner = await _app.AddAccountAsync("B@Example.com");

        var mail = (await _app.MakeAsync(Change(other, Second)))!;

        Assert.Equal((MailKind.RegistrationExists, "B@Example.com", null), (mail.Kind, mail.To, mail.Code));
        Assert.Equal(Now.AddMinutes(30), mail.LinkExpiresAt);
        Assert.Equal(owner.Id, (await Secrets.FindAsync(ResetSecrets.Requested, mail.Token()))?.Subject);
        Assert.Empty((await CodeAsync(MailSecrets.Change, Second, Now.AddHours(1).AddMilliseconds(-1)))!.Payload);
        Assert.Null(await CodeAsync(MailSecrets.Change, Second, Now.AddHours(1)));
    }

    [Fact]
    public async Task A_disabled_account_does_not_learn_that_somebody_else_wants_its_address()
    {
        var other = await _app.AddAccountAsync(First);
        await _app.Get<AccountOperations>().DisableAsync(await _app.AddAccountAsync(Second));

        Assert.Null(await _app.MakeAsync(Change(other, Second)));
    }

    [Fact]
    public async Task Another_address_of_the_same_account_and_another_spelling_are_confirmed_as_any_other()
    {
        var account = await _app.AddAccountAsync(Identifier.OfEmail(First), Identifier.OfEmail(Second));

        foreach (var to in new[] { Second, "A@Example.com" })
        {
            var mail = (await _app.MakeAsync(Change(account, to)))!;
            Assert.Equal((MailKind.AddressChangeConfirm, to), (mail.Kind, mail.To));
        }
    }

    [Fact]
    public async Task A_change_is_not_confirmed_if_the_account_has_changed_since_its_request()
    {
        var account = await _app.AddAccountAsync(First);

        Assert.Null(await _app.MakeAsync(Change(account, Second) with { SecurityStamp = "former" }));
        Assert.Null(await _app.MakeAsync(Change(account, Second) with { SecurityStamp = null }));
    }

    static MailRequest Request(string kind, string email) => MailRequest.For(Enum.Parse<MailKind>(kind), EmailAddress.Canonical(email), By);

    static MailRequest Change(Account account, string to) =>
        MailRequest.For(MailKind.AddressChangeConfirm, account.Id, By) with { To = to, SecurityStamp = account.SecurityStamp };

    Task KeepAsync(string email, string stamp) =>
        _app.Get<PendingRegistrations>().KeepAsync(new PendingRegistration { Email = email, PasswordHash = "$argon2id$", SecurityStamp = stamp });

    Task<SecretContent?> CodeAsync(MailPurpose purpose, string email, DateTimeOffset at)
    {
        var id = SecretCode.KeyFor(purpose.Code.Name, EmailAddress.Canonical(email), "", _app.Get<KeyRingService>().Ring.MacKey(Now)).Id;
        return _app.Get<ISecretStore>().FindAsync(purpose.Code.Name, id, at, default);
    }
}
