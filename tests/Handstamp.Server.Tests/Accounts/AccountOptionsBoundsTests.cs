using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The last good and the first bad value of each setting, at both ends.</summary>
public sealed class AccountOptionsBoundsTests
{
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void The_times_of_accounts_have_their_bounds()
    {
        Bounds("DeletionGrace", TimeSpan.Zero, 90 * Day, (o, value) => o.DeletionGrace = value);
        Bounds("InvitationLifetime", TimeSpan.FromHours(1), 60 * Day, (o, value) => o.InvitationLifetime = value);
        Bounds("SecondFactorGrace", TimeSpan.Zero, 365 * Day, (o, value) => o.SecondFactorGrace = value);
    }

    [Fact]
    public void The_numbers_of_accounts_have_their_bounds()
    {
        Bounds("ProfileDataLimit", 0, 32768, (o, value) => o.ProfileDataLimit = value);
        Bounds("Password:MinLength", 8, 64, (o, value) => o.Password.MinLength = value);
    }

    [Fact]
    public void The_costs_of_hashing_have_their_bounds()
    {
        Bounds("Hashing:MemoryKiB", 7168, 1048576, (o, value) => (o.Hashing.MemoryKiB, o.Hashing.Passes) = (value, 9));
        Bounds("Hashing:Passes", 1, 100, (o, value) => (o.Hashing.MemoryKiB, o.Hashing.Passes) = (1048576, value), alone: false);
        Bounds("Hashing:Concurrency", 1, 1024, (o, value) => o.Hashing.Concurrency = value);
        // One processor is left for everything else.
        Assert.Equal(Math.Max(1, Environment.ProcessorCount - 1), new AccountOptions().Hashing.Concurrency);
        Bounds("Hashing:QueueLimit", 1, 100_000, (o, value) => o.Hashing.QueueLimit = value);
    }

    [Theory]
    [InlineData(35840, 1, true)]
    [InlineData(35839, 1, false)]
    [InlineData(17920, 2, true)]
    [InlineData(7168, 5, true)]
    // More than an Int32 holds.
    [InlineData(1048576, 100, true)]
    public void Memory_times_passes_is_at_least_the_work_that_OWASP_asks_for(int memoryKiB, int passes, bool isEnough) => Assert.Equal(
        Unless(isEnough, $"Accounts:Hashing:MemoryKiB times Accounts:Hashing:Passes is {memoryKiB * passes}; it has to be at least 35840."),
        Faults(o => (o.Hashing.MemoryKiB, o.Hashing.Passes) = (memoryKiB, passes)));

    [Fact]
    public void The_numbers_of_the_throttle_have_their_bounds()
    {
        Bounds("Throttle:AccountFree", 1, 10_000, (o, value) => o.Throttle.AccountFree = value);
        Bounds("Throttle:NetworkFree", 1, 10_000, (o, value) => o.Throttle.NetworkFree = value);
        Bounds("Throttle:RegistrationFree", 1, 10_000, (o, value) => o.Throttle.RegistrationFree = value);
        Bounds("Throttle:UnknownDeviceFailures", 1, 10_000, (o, value) => o.Throttle.UnknownDeviceFailures = value);
        Bounds("Throttle:AddressMails", 1, 10_000, (o, value) => o.Throttle.AddressMails = value);
        Bounds("Throttle:NetworkMails", 1, 10_000, (o, value) => o.Throttle.NetworkMails = value);
        Bounds("Throttle:AccountLogins", 1, 10_000, (o, value) => o.Throttle.AccountLogins = value);
        Bounds("Throttle:NetworkLogins", 1, 10_000, (o, value) => o.Throttle.NetworkLogins = value);
    }

    [Fact]
    public void The_periods_of_the_throttle_have_their_bounds()
    {
        Bounds("Throttle:Memory", Minute, 30 * Day, (o, value) => o.Throttle.Memory = value);
        Bounds("Throttle:LoginPeriod", Minute, Day, (o, value) => o.Throttle.LoginPeriod = value);
        Bounds("Throttle:MailPeriod", Minute, Day, (o, value) => o.Throttle.MailPeriod = value);
    }

    [Fact]
    public void A_first_delay_is_at_least_a_millisecond_and_at_most_a_day()
    {
        var least = TimeSpan.FromMilliseconds(1);
        Bounds("Throttle:AccountFirstDelay", least, Day, (o, value) => (o.Throttle.AccountFirstDelay, o.Throttle.AccountMaxDelay) = (value, Day), alone: false);
        Bounds("Throttle:NetworkFirstDelay", least, Day, (o, value) => (o.Throttle.NetworkFirstDelay, o.Throttle.NetworkMaxDelay) = (value, Day), alone: false);
        Bounds(
            "Throttle:RegistrationFirstDelay", least, Day,
            (o, value) => (o.Throttle.RegistrationFirstDelay, o.Throttle.RegistrationMaxDelay) = (value, Day), alone: false);
    }

    [Fact]
    public void A_longest_delay_is_at_least_the_first_one_and_at_most_a_day()
    {
        var first = TimeSpan.FromSeconds(1);
        Bounds("Throttle:AccountMaxDelay", first, Day, (o, value) => o.Throttle.AccountMaxDelay = value);
        Bounds("Throttle:NetworkMaxDelay", first, Day, (o, value) => o.Throttle.NetworkMaxDelay = value);
        Bounds("Throttle:RegistrationMaxDelay", first, Day, (o, value) => o.Throttle.RegistrationMaxDelay = value);
        Assert.Equal(Day, AccountOptionsValidator.MostDelay);
    }

    [Theory]
    [InlineData(0, 4, true)]
    [InlineData(100, 4, true)]
    [InlineData(100, 64, true)]
    [InlineData(101, 4, false)]
    [InlineData(1, 3, false)]
    [InlineData(1, 65, false)]
    public void There_are_at_most_100_words_of_4_to_64_characters(int words, int length, bool isFine) => Assert.Equal(
        Unless(isFine, "Accounts:Password:Words can have 100 words, of 4 to 64 characters each."),
        Faults(o => o.Password.Words = [.. Enumerable.Repeat(new string('w', length), words)]));

    [Theory]
    [InlineData("admin", true)]
    [InlineData("", false)]
    [InlineData("\t", false)]
    public void A_role_that_needs_a_second_factor_has_a_name(string role, bool isFine) => Assert.Equal(
        Unless(isFine, "Accounts:SecondFactorRoles has an empty role."), Faults(o => o.SecondFactorRoles = ["ops", role]));

    [Fact]
    public void A_mode_that_does_not_exist_is_refused_with_those_that_do()
    {
        Assert.Equal(
            ["Accounts:Identifiers is 7; it has to be email, username or both."], Faults(o => o.Identifiers = (IdentifierMode)7));
        Assert.Equal(
            ["Accounts:Verification is 7; it has to be off, on or required."], Faults(o => o.Verification = (VerificationMode)7));
        foreach (var mode in Enum.GetValues<IdentifierMode>()) Assert.Empty(Faults(o => o.Identifiers = mode));
        foreach (var mode in Enum.GetValues<VerificationMode>()) Assert.Empty(Faults(o => o.Verification = mode));
        foreach (var mode in Enum.GetValues<RegistrationMode>()) Assert.Empty(Faults(o => o.Registration = mode));
        foreach (var mode in Enum.GetValues<SecondFactorMode>()) Assert.Empty(Faults(o => o.SecondFactor = mode));
    }

    [Fact]
    public void Only_a_list_of_allowed_domains_demands_addresses()
    {
        const string fault = "Accounts:Identifiers has to be email if Accounts:AllowedMailDomains is set.";

        Assert.Equal([fault], Demands(IdentifierMode.Username, allowed: ["example.com"], refused: []));
        Assert.Empty(Demands(IdentifierMode.Email, allowed: ["example.com"], refused: []));
        Assert.Empty(Demands(IdentifierMode.Both, allowed: [], refused: ["example.com"]));

        static IEnumerable<string> Demands(IdentifierMode mode, string[] allowed, string[] refused) =>
            Faults(o => (o.Identifiers, o.AllowedMailDomains, o.RefusedMailDomains) = (mode, allowed, refused));
    }

    [Fact]
    public void Each_entry_of_a_list_of_domains_that_is_none_is_named_with_its_list() => Assert.Equal(
        [
            "Accounts:AllowedMailDomains: '*' is no domain; write it as example.com, or *.example.com for those below it.",
            "Accounts:RefusedMailDomains: 'a b' is no domain; write it as example.com, or *.example.com for those below it.",
            "Accounts:RefusedMailDomains: '' is no domain; write it as example.com, or *.example.com for those below it.",
        ],
        Faults(o =>
        {
            o.AllowedMailDomains = ["example.com", "*"];
            o.RefusedMailDomains = ["a b", "*.example.org", ""];
        }));

    [Fact]
    public void A_list_of_breached_passwords_that_cannot_be_used_is_named()
    {
        var fault = Assert.Single(Faults(o => o.Password.BreachedFile = "/nowhere/breached.filter"));

        Assert.StartsWith("Accounts:Password:BreachedFile is /nowhere/breached.filter, which cannot be used: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_named_at_once() =>
        Assert.Equal(3, Faults(o => (o.ProfileDataLimit, o.Password.MinLength, o.Hashing.QueueLimit) = (-1, 7, 0)).Count());

    static void Bounds(string key, int least, int most, Action<AccountOptions, int> set, bool alone = true) =>
        Bounds(key, least, most, least - 1, most + 1, set, alone);

    static void Bounds(string key, TimeSpan least, TimeSpan most, Action<AccountOptions, TimeSpan> set, bool alone = true) =>
        Bounds(key, least, most, least - Tick, most + Tick, set, alone);

    /// <summary>Some values break another rule too, unless the fault stands <paramref name="alone"/>.</summary>
    static void Bounds<T>(string key, T least, T most, T below, T above, Action<AccountOptions, T> set, bool alone)
    {
        Assert.Empty(Faults(o => set(o, least)));
        Assert.Empty(Faults(o => set(o, most)));
        foreach (var value in new[] { below, above })
        {
            var faults = Faults(o => set(o, value));
            Assert.Contains($"Accounts:{key} is {value}; it has to be from {least} to {most}.", faults);
            if (alone) Assert.Single(faults);
        }
    }

    static string[] Unless(bool isFine, string fault) => isFine ? [] : [fault];

    static IEnumerable<string> Faults(Action<AccountOptions> change)
    {
        var options = new AccountOptions();
        change(options);
        return new AccountOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
