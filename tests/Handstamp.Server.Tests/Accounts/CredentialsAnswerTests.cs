using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Accounts.Former;
using Handstamp.Server.Tests.Keys;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What a check answers for names and accounts that are not as usual, and what it leaves behind.</summary>
public sealed class CredentialsAnswerTests
{
    const string Wrong = "a purple umbrella";
    const string Elsewhere = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW";

    static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task What_can_never_be_valid_is_named_with_its_field()
    {
        await using var service = await AccountService.StartAsync();

        Assert.Equal(new CredentialOutcome.Malformed("This is not a valid e-mail address.", "email"), await service.CheckAsync("ada"));
        Assert.Equal(new CredentialOutcome.Malformed(Username.Rule, "username"), await CheckAsync(service, Identifier.OfUsername("a b")));
        Assert.Equal(
            new CredentialOutcome.Malformed("A password can have at most 256 characters."), await service.CheckAsync(password: new string('x', 257)));
        Assert.Empty(service.Counters());
    }

    [Fact]
    public async Task A_person_who_is_logged_in_is_counted_under_the_account_s_first_name()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:AccountFree=2");
        var account = await service.AddAccountAsync();

        Assert.IsType<CredentialOutcome.Accepted>(await CheckAsync(service, account));
        Assert.IsType<CredentialOutcome.Wrong>(await CheckAsync(service, account, Wrong));
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));

        Assert.Equal(new CredentialOutcome.Throttled(TimeSpan.FromSeconds(1)), await CheckAsync(service, account));
    }

    [Fact]
    public async Task A_right_password_counts_as_a_login_and_a_wrong_one_as_a_failure()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        var rules = new AccountThrottleOptions();

        await service.CheckAsync();
        Assert.Equal(Sorted(rules.LoginsOfAccount.Fading, rules.LoginsOfNetwork.Fading), service.Counters());

        await service.CheckAsync("eve@example.com", Wrong, "192.0.2.2");
        Assert.Equal(
            Sorted(rules.LoginsOfAccount.Fading, rules.LoginsOfNetwork.Fading, rules.Account.Fading, rules.Network.Fading), service.Counters());
    }

    [Fact]
    public async Task The_right_password_of_a_disabled_account_counts_as_a_login_and_renews_nothing()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Elsewhere);
        await service.Operations.DisableAsync(account);
        var rules = new AccountThrottleOptions();

        Assert.IsType<CredentialOutcome.Disabled>(await service.CheckAsync(password: "my password"));

        Assert.Equal(Sorted(rules.LoginsOfAccount.Fading, rules.LoginsOfNetwork.Fading), service.Counters());
        Assert.Equal(Elsewhere, (await service.FindAsync(account.Id))!.PasswordHash);
        Assert.DoesNotContain(" 2006 ", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_hash_is_logged_and_one_that_comes_too_late_is_not()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Elsewhere);

        await service.CheckAsync(password: Wrong);
        Assert.DoesNotContain(" 2006 ", service.Log, StringComparison.Ordinal);
        await service.CheckAsync(password: "my password");
        await service.CheckAsync(password: "my password");

        Assert.Single(service.Log.Split('\n'), line => line.Contains($" 2006 The password of account {account.Id} was rehashed.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_password_no_password_is_right()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(null);

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Wrong>(await CheckAsync(service, account, ""));
    }

    [Fact]
    public async Task What_is_in_place_of_a_hash_is_no_password()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Account.FormerPassword);

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Account.FormerPassword));
        Assert.Equal(Account.FormerPassword, (await service.FindAsync(account.Id))!.PasswordHash);
    }

    [Fact]
    public async Task A_password_that_has_come_along_is_logged_once()
    {
        await using var former = await FormerSystem.StartAsync();
        await using var service = await AccountService.StartAsync(
            $"FormerSystem:PasswordUrl={former.Url}", $"FormerSystem:Secret={FormerSystem.Secret}");
        var account = await service.AddAccountWithHashAsync(Account.FormerPassword);

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());

        Assert.Single(
            service.Log.Split('\n'),
            line => line.Contains($" 3172 The password of account {account.Id} has come along from the former system.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unknown_devices_that_have_failed_too_often_are_locked_and_known_ones_are_not()
    {
        using var mails = new MailFolder();
        await using var service = await AccountService.StartAsync(
            [.. mails.Settings.Select(setting => $"{setting.Key}={setting.Value}"), "Accounts:Throttle:UnknownDeviceFailures=1"]);
        await service.AddAccountAsync();
        var known = service.Get<KnownDevices>().Remember([], Identifier.OfEmail(TestAccounts.Email)).Encode();

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));

        Assert.IsType<CredentialOutcome.Locked>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(devices: [known]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_key_of_a_hash_cannot_be_read_the_attempt_does_not_count(bool isOfAccount)
    {
        var app = await HandstampApp.StartAsync(new() { ["Accounts:Verification"] = "required" }, services: WatchedKeys.Replace);
        await using var service = new AccountService(app);
        await OtherNode.MakeKeysAsync(app);
        var keys = (WatchedKeys)service.Get<IKeyStore>();
        var key = Assert.Single((await keys.ReadAsync(default)).Keys, one => one.Purpose == KeyPurpose.Seal);
        var hash = PasswordSeal.PrefixOf(key.Id) + "AAAA";
        if (isOfAccount) await service.AddAccountWithHashAsync(hash);
        else await service.Get<PendingRegistrations>().KeepAsync(new() { Email = TestAccounts.Email, PasswordHash = hash, SecurityStamp = "stamp" });

        keys.BeforeAnswers = () => throw new StorageUnavailableException("The disk is full.");
        Assert.Equal(new CredentialOutcome.Busy(TimeSpan.FromSeconds(1)), await service.CheckAsync());
        Assert.Empty(service.Counters());

        keys.BeforeAnswers = null;
        service.Clock.Advance(UnknownKeys.Interval);
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
    }

    static Task<CredentialOutcome> CheckAsync(AccountService service, Identifier name) =>
        service.Get<Credentials>().CheckAsync(name, TestAccounts.Password, Address, [], default);

    static Task<CredentialOutcome> CheckAsync(AccountService service, Account account, string password = TestAccounts.Password) =>
        service.Get<Credentials>().CheckAsync(account, password, Address, default);

    static IEnumerable<TimeSpan> Sorted(params TimeSpan[] times) => times.Order();
}
