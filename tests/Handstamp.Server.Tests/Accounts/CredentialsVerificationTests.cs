using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Right passwords of addresses that have to be verified first, with an account or with a registration that waits.</summary>
public sealed class CredentialsVerificationTests
{
    const string Required = "Accounts:Verification=required";
    const string Wrong = "a purple umbrella";

    [Fact]
    public async Task The_password_of_a_registration_that_waits_asks_for_the_verification_and_counts_as_a_login()
    {
        await using var service = await AccountService.StartAsync(Required);
        await KeepAsync(service);
        var rules = new AccountThrottleOptions();

        Assert.IsType<CredentialOutcome.NotVerified>(await service.CheckAsync("ADA@example.com"));

        TimeSpan[] logins = [rules.LoginsOfNetwork.Fading, rules.LoginsOfAccount.Fading];
        Assert.Equal(logins, service.Counters());
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync("eve@example.com"));
    }

    // One may have been kept while it was required.
    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task Where_no_verification_is_required_no_registration_waits(string verification)
    {
        await using var service = await AccountService.StartAsync($"Accounts:Verification={verification}");
        await KeepAsync(service);

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_right_password_of_an_account_is_accepted_if_its_address_was_verified(bool isVerified)
    {
        await using var service = await AccountService.StartAsync(Required);
        var added = await service.Operations.AddAsync(TestAccounts.Email, TestAccounts.Password, [], isVerified, Origin.Operator, default);
        var account = Assert.IsType<AccountOutcome.Done>(added).Account;

        var outcome = await service.CheckAsync();

        Assert.Equal(isVerified, outcome is CredentialOutcome.Accepted);
        Assert.Equal(!isVerified, outcome is CredentialOutcome.NotVerified);
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));
        // Who is logged in is not asked again.
        Assert.IsType<CredentialOutcome.Accepted>(
            await service.Get<Credentials>().CheckAsync(account, TestAccounts.Password, IPAddress.Parse("192.0.2.1"), default));
    }

    static Task KeepAsync(AccountService service) => service.Get<PendingRegistrations>().KeepAsync(new PendingRegistration
    {
        Email = TestAccounts.Email,
        PasswordHash = service.Get<Argon2id>().Hash(TestAccounts.Password),
        SecurityStamp = "stamp",
    });
}
