using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What is logged of a registration that has waited.</summary>
public sealed class VerificationOperationsTests
{
    [Fact]
    public async Task The_account_of_a_verified_registration_is_logged()
    {
        await using var app = await HandstampApp.StartAsync();
        var canonical = EmailAddress.Canonical(HandstampApp.Email);
        await app.Get<PendingRegistrations>().KeepAsync(
            new PendingRegistration { Email = HandstampApp.Email, PasswordHash = "$argon2id$hash", SecurityStamp = "stamp" });
        var token = (await app.MakeAsync(MailRequest.For(MailKind.AddressVerification, canonical, MailCalls.Person)))!.Token();

        Assert.Null(await app.Get<VerificationOperations>().VerifyAsync(token, MailCalls.Person, default));

        var account = (await app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, canonical, default))!;
        Assert.Single(app.Logs.Of(6500), line => line.Contains($"account.added: -, account {account.Id}", StringComparison.Ordinal));
    }
}
