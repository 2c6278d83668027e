using System.Net;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The defaults, and the rules that the settings make.</summary>
public sealed class AccountThrottleOptionsTests
{
    static readonly AccountThrottleOptions Defaults = new();

    [Fact]
    public void Without_settings_the_rules_are_those_of_the_guide()
    {
        Assert.Equal(
            new ThrottleRule(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), TimeSpan.FromDays(1)), Defaults.Account);
        Assert.Equal(
            new ThrottleRule(50, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)), Defaults.Network);
        Assert.Equal(
            new ThrottleRule(20, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), TimeSpan.FromDays(1)), Defaults.Registration);
        Assert.Equal(ThrottleRule.Pace(300, TimeSpan.FromMinutes(5)), Defaults.LoginsOfAccount);
        Assert.Equal(ThrottleRule.Pace(1000, TimeSpan.FromMinutes(5)), Defaults.LoginsOfNetwork);
        Assert.Equal(ThrottleRule.Pace(5, TimeSpan.FromHours(1)), Defaults.MailsOfAddress);
        Assert.Equal(ThrottleRule.Pace(50, TimeSpan.FromHours(1)), Defaults.MailsOfNetwork);
        Assert.Equal(100, Defaults.UnknownDeviceFailures);
    }

    [Fact]
    public void Each_rule_has_its_own_settings()
    {
        var options = new AccountThrottleOptions
        {
            AccountFree = 1,
            AccountFirstDelay = TimeSpan.FromSeconds(2),
            AccountMaxDelay = TimeSpan.FromSeconds(3),
            NetworkFree = 4,
            NetworkFirstDelay = TimeSpan.FromSeconds(5),
            NetworkMaxDelay = TimeSpan.FromSeconds(6),
            RegistrationFree = 7,
            RegistrationFirstDelay = TimeSpan.FromSeconds(8),
            RegistrationMaxDelay = TimeSpan.FromSeconds(9),
            Memory = TimeSpan.FromHours(10),
        };

        Assert.Equal(new ThrottleRule(1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromHours(10)), options.Account);
        Assert.Equal(new ThrottleRule(4, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6), TimeSpan.FromHours(10)), options.Network);
        Assert.Equal(new ThrottleRule(7, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(9), TimeSpan.FromHours(10)), options.Registration);
    }

    [Fact]
    public void A_login_counts_for_the_name_and_for_the_network()
    {
        var address = IPAddress.Parse("192.0.2.1");

        Throttle[] counted =
        [
            new(ThrottleKeys.ForLoginsOfAccount("ADA"), ThrottleRule.Pace(300, TimeSpan.FromMinutes(5))),
            new(ThrottleKeys.ForLoginsOfNetwork(address), ThrottleRule.Pace(1000, TimeSpan.FromMinutes(5))),
        ];
        Assert.Equal(counted, Defaults.LoginsOf("ADA", address));
    }

    [Fact]
    public void Without_settings_accounts_are_as_the_guide_says()
    {
        var options = new AccountOptions();

        Assert.Equal(
            (RegistrationMode.Open, IdentifierMode.Email, VerificationMode.Off, SecondFactorMode.Optional, false),
            (options.Registration, options.Identifiers, options.Verification, options.SecondFactor, options.LoginByMail));
        Assert.Equal(
            (TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(7), 4096, 8),
            (options.InvitationLifetime, options.DeletionGrace, options.SecondFactorGrace, options.ProfileDataLimit, options.Password.MinLength));
        Assert.Equal(
            (19456, 2, 64, Math.Max(1, Environment.ProcessorCount - 1)),
            (options.Hashing.MemoryKiB, options.Hashing.Passes, options.Hashing.QueueLimit, options.Hashing.Concurrency));
        Assert.Empty(options.AllowedMailDomains.Concat(options.RefusedMailDomains).Concat(options.SecondFactorRoles).Concat(options.Password.Words));
    }

    [Fact]
    public void The_settings_that_are_times_are_listed() => Assert.Equal(
        [
            "SecondFactorGrace", "DeletionGrace", "InvitationLifetime",
            "Throttle:AccountFirstDelay", "Throttle:AccountMaxDelay", "Throttle:NetworkFirstDelay", "Throttle:NetworkMaxDelay",
            "Throttle:RegistrationFirstDelay", "Throttle:RegistrationMaxDelay", "Throttle:Memory", "Throttle:LoginPeriod", "Throttle:MailPeriod",
        ],
        AccountOptions.Times);
}
