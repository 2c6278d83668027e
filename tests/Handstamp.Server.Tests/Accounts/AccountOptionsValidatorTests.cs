using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class AccountOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(Faults(_ => { }));

    [Fact]
    public void A_setting_out_of_range_is_named_with_its_value_and_its_range()
    {
        Refused(o => o.Registration = (RegistrationMode)7,
            "Accounts:Registration is 7; it has to be open, invited or closed.");
        Refused(o => o.Terms.PrivacyUrl = "https://example.com/privacy",
            "Accounts:Terms:PrivacyUrl is only shown beside the terms; set Accounts:Terms:Version and Accounts:Terms:Url too.");
        Refused(o => (o.Hashing.MemoryKiB, o.Hashing.Passes) = (7167, 9),
            "Accounts:Hashing:MemoryKiB is 7167; it has to be from 7168 to 1048576.");
        Refused(o => (o.Hashing.MemoryKiB, o.Hashing.Passes) = (7168, 4),
            "Accounts:Hashing:MemoryKiB times Accounts:Hashing:Passes is 28672; it has to be at least 35840.");
        Refused(o => o.Hashing.Passes = 101,
            "Accounts:Hashing:Passes is 101; it has to be from 1 to 100.");
        Refused(o => o.Hashing.Concurrency = 0,
            "Accounts:Hashing:Concurrency is 0; it has to be from 1 to 1024.");
        Refused(o => o.Hashing.QueueLimit = 0,
            "Accounts:Hashing:QueueLimit is 0; it has to be from 1 to 100000.");
        Refused(o => o.Throttle.AccountFree = 0,
            "Accounts:Throttle:AccountFree is 0; it has to be from 1 to 10000.");
        Refused(o => o.Throttle.NetworkFree = 10_001,
            "Accounts:Throttle:NetworkFree is 10001; it has to be from 1 to 10000.");
        Refused(o => o.Throttle.AccountFirstDelay = TimeSpan.Zero,
            "Accounts:Throttle:AccountFirstDelay is 00:00:00; it has to be from 00:00:00.0010000 to 1.00:00:00.");
        Refused(o => o.Throttle.RegistrationMaxDelay = TimeSpan.FromDays(2),
            "Accounts:Throttle:RegistrationMaxDelay is 2.00:00:00; it has to be from 00:00:01 to 1.00:00:00.");
        Refused(o => o.Throttle.NetworkMaxDelay = TimeSpan.FromMilliseconds(5),
            "Accounts:Throttle:NetworkMaxDelay is 00:00:00.0050000; it has to be from 00:00:01 to 1.00:00:00.");
        Refused(o => o.Throttle.Memory = TimeSpan.FromDays(31),
            "Accounts:Throttle:Memory is 31.00:00:00; it has to be from 00:01:00 to 30.00:00:00.");
        Refused(o => o.Throttle.AccountLogins = 0,
            "Accounts:Throttle:AccountLogins is 0; it has to be from 1 to 10000.");
        Refused(o => o.Throttle.NetworkLogins = 10_001,
            "Accounts:Throttle:NetworkLogins is 10001; it has to be from 1 to 10000.");
        Refused(o => o.Throttle.LoginPeriod = TimeSpan.FromSeconds(59),
            "Accounts:Throttle:LoginPeriod is 00:00:59; it has to be from 00:01:00 to 1.00:00:00.");
        Refused(o => o.SecondFactor = (SecondFactorMode)7,
            "Accounts:SecondFactor is 7; it has to be optional or required.");
        Refused(o => o.SecondFactorRoles = ["admin", " "],
            "Accounts:SecondFactorRoles has an empty role.");
        Refused(o => o.SecondFactorGrace = TimeSpan.FromDays(366),
            "Accounts:SecondFactorGrace is 366.00:00:00; it has to be from 00:00:00 to 365.00:00:00.");
        Refused(o => o.Password.MinLength = 7,
            "Accounts:Password:MinLength is 7; it has to be from 8 to 64.");
        Refused(o => o.Password.Words = ["handstamp", "abc"],
            "Accounts:Password:Words can have 100 words, of 4 to 64 characters each.");
        Refused(o => o.Password.MinLength = 65,
            "Accounts:Password:MinLength is 65; it has to be from 8 to 64.");
    }

    static void Refused(Action<AccountOptions> change, string fault) => Assert.Equal([fault], Faults(change));

    static IEnumerable<string> Faults(Action<AccountOptions> change)
    {
        var options = new AccountOptions();
        change(options);
        return new AccountOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
