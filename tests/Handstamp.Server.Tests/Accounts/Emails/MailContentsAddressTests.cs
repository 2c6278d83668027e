using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>Mails that are not sent because of the account's other address, or because the account is disabled.</summary>
public sealed class MailContentsAddressTests : IAsyncLifetime
{
    const string Unverified = "a@example.com";
    const string Verified = "b@example.com";

    static readonly Origin By = MailCalls.Person;

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_verified_address_is_not_to_be_verified_again_although_the_other_one_is_not()
    {
        await AddBothAsync();

        Assert.Null(await _app.MakeAsync(Request(Verified)));
    }

    [Fact]
    public async Task Only_a_verified_address_learns_that_somebody_registers_with_it()
    {
        await AddBothAsync();

        Assert.Null(await _app.MakeAsync(Request(Unverified) with { SecurityStamp = "of the registration" }));
        Assert.Equal(Verified, (await _app.MakeAsync(Request(Verified) with { SecurityStamp = "of the registration" }))?.To);
    }

    [Fact]
    public async Task A_disabled_account_gets_none_about_its_deletion_and_an_enabled_one_does()
    {
        var tokens = await _app.RegisterAndLoginAsync();
        using (await _app.SendAsync(HttpMethod.Delete, "/me", accessToken: tokens.AccessToken)) { }
        var operations = _app.Get<AccountOperations>();
        var account = (await operations.FindAsync(HandstampApp.Email, default))!;
        var request = MailRequest.For(MailKind.AccountDeletionRequested, account.Id, By);
        await operations.DisableAsync(account);
        Assert.Null(await _app.MakeAsync(request));

        await operations.EnableAsync(account);

        Assert.NotNull(await _app.MakeAsync(request));
    }

    static MailRequest Request(string email) => MailRequest.For(MailKind.AddressVerification, EmailAddress.Canonical(email), By);

    Task<Account> AddBothAsync() =>
        _app.AddAccountAsync(Identifier.OfEmail(Unverified), Identifier.OfEmail(Verified) with { VerifiedAt = _app.Clock.GetUtcNow() });
}
