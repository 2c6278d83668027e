using CsCheck;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class ThrottleRuleTests
{
    static readonly DateTimeOffset Now = TestAccounts.Now;
    static readonly ThrottleRule Rule = new(
        Free: 3,
        FirstDelay: TimeSpan.FromSeconds(1),
        MaxDelay: TimeSpan.FromSeconds(10),
        Memory: TimeSpan.FromHours(1));

    static readonly Gen<ThrottleRule> Rules =
        from free in Gen.Int[1, 10_000]
        from first in Gen.Long[1, TimeSpan.TicksPerDay]
        from max in Gen.Long[first, TimeSpan.TicksPerDay]
        select new ThrottleRule(free, TimeSpan.FromTicks(first), TimeSpan.FromTicks(max), TimeSpan.FromDays(2));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(6, 8)]
    [InlineData(7, 10)]
    [InlineData(8, 10)]
    public void The_first_attempts_are_free_then_each_doubles_the_delay_up_to_the_longest(int attempt, int seconds)
    {
        var (wait, counter) = Rule.Take(After(attempt - 1), Now);

        Assert.Null(wait);
        Assert.Equal(new ThrottleCounter(attempt, Now.AddSeconds(seconds), Now), counter);
    }

    [Fact]
    public void While_the_delay_runs_an_attempt_is_refused_and_not_counted()
    {
        var counter = new ThrottleCounter(5, Now.AddSeconds(4), Now);

        Assert.Equal((TimeSpan.FromSeconds(1), counter), Rule.Take(counter, Now.AddSeconds(3)));
        Assert.Null(Rule.Take(counter, Now.AddSeconds(4)).Wait);
    }

    [Fact]
    public void What_lies_the_memory_back_is_forgotten()
    {
        var counter = new ThrottleCounter(5, Now.AddSeconds(4), Now);

        Assert.Equal(6, Rule.Take(counter, Now + Rule.Memory - TimeSpan.FromTicks(1)).Counter.Failures);
        Assert.Equal(1, Rule.Take(counter, Now + Rule.Memory).Counter.Failures);
    }

    [Fact]
    public void An_attempt_that_is_given_back_leaves_no_delay()
    {
        var counter = ThrottleRule.GiveBack(new ThrottleCounter(5, Now.AddSeconds(4), Now));

        Assert.Equal(4, counter.Failures);
        Assert.Null(Rule.Take(counter, Now.AddSeconds(1)).Wait);
        Assert.Equal(0, ThrottleRule.GiveBack(default).Failures);
    }

    [Fact]
    public void Free_attempts_that_arrive_in_another_order_than_their_times_were_read_in_all_go_ahead()
    {
        var (_, later) = Rule.Take(null, Now.AddMilliseconds(5));

        Assert.Null(Rule.Take(later, Now).Wait);
        Assert.Null(Rule.Take(ThrottleRule.GiveBack(later), Now).Wait);
    }

    [Fact]
    public void The_delay_never_falls_and_never_passes_the_longest() =>
        Gen.Select(Rules, Gen.Int[0, int.MaxValue - 1]).Sample((rule, failures) =>
        {
            var (before, after) = (Delay(rule, failures), Delay(rule, failures + 1));
            return TimeSpan.Zero <= before && before <= after && after <= rule.MaxDelay;
        });

    [Fact]
    public void Every_lock_expires() =>
        Gen.Select(Rules, Gen.Int[0, int.MaxValue]).Sample((rule, failures) =>
        {
            var locked = rule.Take(new ThrottleCounter(failures, default, Now), Now).Counter;
            return rule.Take(locked, Now + rule.MaxDelay).Wait is null;
        });

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 1)]
    public void A_count_that_is_full_stays_full(int failures) =>
        Assert.Equal(
            new ThrottleCounter(int.MaxValue, Now + Rule.MaxDelay, Now), Rule.Take(After(failures), Now).Counter);

    static TimeSpan Delay(ThrottleRule rule, int failures) =>
        rule.Take(new ThrottleCounter(failures, default, Now), Now).Counter.BlockedUntil - Now;

    static ThrottleCounter After(int failures) => new(failures, Now, Now);
}
