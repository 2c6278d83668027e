using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The arithmetic of rules at its edges.</summary>
public sealed class ThrottleRuleBoundsTests
{
    static readonly DateTimeOffset Now = TestAccounts.Now;

    [Fact]
    public void A_pace_forgets_one_attempt_after_the_other_and_delays_by_the_same_time() => Assert.Equal(
        new ThrottleRule(4, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1)),
        ThrottleRule.Pace(4, TimeSpan.FromMinutes(1)));

    [Theory]
    [InlineData(60_000, 3, 20_000)]
    [InlineData(60_000, 7, 8572)]
    [InlineData(60_000, 1, 60_000)]
    [InlineData(60_000, 10_000, 6)]
    [InlineData(60_001, 10_000, 7)]
    public void An_attempt_is_forgotten_in_whole_milliseconds_and_not_too_early(int memory, int free, int fading)
    {
        var rule = new ThrottleRule(free, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(memory));

        Assert.Equal(TimeSpan.FromMilliseconds(fading), rule.Fading);
    }

    [Fact]
    public void A_number_until_all_are_forgotten_has_no_end_but_that()
    {
        var rule = ThrottleRule.UntilForgotten(3);
        var counter = default(ThrottleCounter);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(default, counter.BlockedUntil);
            counter = rule.Take(counter, Now).Counter;
        }

        Assert.Equal(TimeSpan.FromDays(30), rule.Fading);
        Assert.Equal(Now + TimeSpan.FromDays(90), counter.ForgottenAt);
        Assert.True(ThrottleRule.IsForGood(rule.Take(counter, Now).Wait!.Value));
        Assert.True(ThrottleRule.IsForGood(rule.Take(counter, Now.AddYears(5)).Wait!.Value));
    }

    [Fact]
    public void A_month_forgets_one_of_them()
    {
        var rule = ThrottleRule.UntilForgotten(3);
        var counter = rule.Take(rule.Take(null, Now).Counter, Now).Counter;

        Assert.Equal(default, rule.Take(counter, Now.AddDays(30)).Counter.BlockedUntil);
        Assert.NotEqual(default, rule.Take(counter, Now.AddDays(30).AddMilliseconds(-1)).Counter.BlockedUntil);
    }

    [Fact]
    public void A_delay_that_can_be_set_ends_by_itself()
    {
        Assert.False(ThrottleRule.IsForGood(AccountOptionsValidator.MostDelay));
        Assert.True(ThrottleRule.IsForGood(AccountOptionsValidator.MostDelay + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void What_was_forgotten_before_does_not_count()
    {
        var rule = new ThrottleRule(2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(2));

        var fresh = rule.Take(null, Now);

        Assert.Equal(fresh, rule.Take(new ThrottleCounter(Now, default), Now));
        Assert.Equal(fresh, rule.Take(new ThrottleCounter(Now.AddHours(-1), Now.AddHours(-1)), Now));
        Assert.Equal((null, new ThrottleCounter(Now.AddMinutes(1), default)), fresh);
    }

    [Fact]
    public void A_single_free_attempt_already_delays_the_next_one()
    {
        var rule = new ThrottleRule(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        var (wait, counter) = rule.Take(null, Now);

        Assert.Null(wait);
        Assert.Equal(new ThrottleCounter(Now.AddMinutes(1), Now.AddSeconds(1)), counter);
        Assert.Equal(TimeSpan.FromMilliseconds(1), rule.Take(counter, Now.AddMilliseconds(999)).Wait);
        // More than one is not remembered: there is nothing longer to come.
        Assert.Equal(new ThrottleCounter(Now.AddSeconds(61), Now.AddSeconds(2)), rule.Take(counter, Now.AddSeconds(1)).Counter);
    }

    [Fact]
    public void An_attempt_that_is_given_back_takes_its_delay_along()
    {
        var rule = new ThrottleRule(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(1));

        Assert.Equal(new ThrottleCounter(Now, default), rule.GiveBack(rule.Take(null, Now).Counter));
    }
}
