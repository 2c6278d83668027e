using Handstamp.Server.Accounts.Challenges;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

public sealed class ChallengeOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid_and_demand_nothing()
    {
        var options = new ChallengeOptions();

        Assert.Equal((ChallengeMode.Off, 50_000, 100), (options.Mode, options.MaxNumber, options.Failures));
        Assert.Same(ValidateOptionsResult.Success, new ChallengeOptionsValidator().Validate(null, options));
    }

    [Fact]
    public void A_setting_out_of_range_is_named_with_its_value_and_its_range()
    {
        Refused(o => o.Mode = (ChallengeMode)3, "Challenge:Mode is 3; it has to be off, auto or always.");
        Refused(o => o.Mode = (ChallengeMode)(-1), "Challenge:Mode is -1; it has to be off, auto or always.");
        Refused(o => o.MaxNumber = 999, "Challenge:MaxNumber is 999; it has to be from 1000 to 10000000.");
        Refused(o => o.MaxNumber = 10_000_001, "Challenge:MaxNumber is 10000001; it has to be from 1000 to 10000000.");
        Refused(o => o.Failures = 0, "Challenge:Failures is 0; it has to be from 1 to 1000000.");
        Refused(o => o.Failures = 1_000_001, "Challenge:Failures is 1000001; it has to be from 1 to 1000000.");
        Refused(o => (o.SiteVerify.Service, o.SiteVerify.SiteKey) = (SiteVerifyService.Turnstile, "x"), "Challenge:SiteVerify:Secret is missing.");
    }

    [Fact]
    public void The_ends_of_a_range_are_valid()
    {
        foreach (var mode in Enum.GetValues<ChallengeMode>()) Assert.Empty(Faults(o => o.Mode = mode));
        Assert.Empty(Faults(o => (o.MaxNumber, o.Failures) = (1000, 1)));
        Assert.Empty(Faults(o => (o.MaxNumber, o.Failures) = (10_000_000, 1_000_000)));
    }

    static void Refused(Action<ChallengeOptions> change, string fault) => Assert.Equal([fault], Faults(change));

    static IEnumerable<string> Faults(Action<ChallengeOptions> change)
    {
        var options = new ChallengeOptions();
        change(options);
        return new ChallengeOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
