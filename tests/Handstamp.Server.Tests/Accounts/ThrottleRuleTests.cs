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

    // 1, 2, 4, 8, 10 s: the seventh delay is the longest.
    const int Most = 7;

    static readonly Gen<ThrottleRule> Rules =
        from free in Gen.Int[1, 10_000]
        from first in Gen.Int[1, 86_400_000]
        from max in Gen.Int[first, 86_400_000]
        from memory in Gen.Int[60_000, int.MaxValue]
        select new ThrottleRule(
            free, TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(max), TimeSpan.FromMilliseconds(memory));

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
        Assert.Equal(Now + (Math.Min(attempt, Most) * Rule.Fading), counter.ForgottenAt);
        Assert.Equal(seconds == 0 ? default : Now.AddSeconds(seconds), counter.BlockedUntil);
    }

    [Fact]
    public void While_the_delay_runs_an_attempt_is_refused_and_not_counted()
    {
        var counter = After(5) with { BlockedUntil = Now.AddSeconds(4) };

        Assert.Equal((TimeSpan.FromSeconds(1), counter), Rule.Take(counter, Now.AddSeconds(3)));
        Assert.Null(Rule.Take(counter, Now.AddSeconds(4)).Wait);
    }

    [Fact]
    public void Attempts_are_forgotten_one_by_one_and_all_free_ones_within_the_memory()
    {
        Assert.Equal(Rule.Memory, Rule.Free * Rule.Fading);

        Assert.Equal(8, SecondsAfter(TimeSpan.Zero));
        Assert.Equal(8, SecondsAfter(Rule.Fading - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(4, SecondsAfter(Rule.Fading));
        Assert.Equal(1, SecondsAfter(3 * Rule.Fading));
        Assert.Equal(default, Rule.Take(After(5), Now + (4 * Rule.Fading)).Counter.BlockedUntil);

        static double SecondsAfter(TimeSpan time) =>
            (Rule.Take(After(5), Now + time).Counter.BlockedUntil - Now - time).TotalSeconds;
    }

    [Fact]
    public void A_past_attack_is_forgotten_in_at_most_the_time_that_the_longest_delay_takes_to_build_up()
    {
        var counter = default(ThrottleCounter);
        for (var attempt = 0; attempt < 1000; attempt++) counter = Rule.Take(counter with { BlockedUntil = default }, Now).Counter;

        Assert.Equal(Now + (Most * Rule.Fading), counter.ForgottenAt);
    }

    [Fact]
    public void An_attempt_that_is_given_back_leaves_no_trace()
    {
        var counter = After(4);
        var later = Now.AddMinutes(1);

        var (_, taken) = Rule.Take(counter, later);

        Assert.Equal(counter, Rule.GiveBack(taken));
        Assert.True(Rule.GiveBack(Rule.Take(null, Now).Counter).ForgottenAt <= Now);
    }

    [Fact]
    public void All_free_attempts_are_allowed_in_any_order_of_their_times()
    {
        var (_, later) = Rule.Take(null, Now.AddMilliseconds(5));

        Assert.Null(Rule.Take(later, Now).Wait);
        Assert.Null(Rule.Take(Rule.GiveBack(later), Now).Wait);
    }

    [Fact]
    public void A_rate_allows_a_burst_and_then_one_attempt_at_a_time()
    {
        var pace = ThrottleRule.Pace(3, TimeSpan.FromMinutes(1));
        var (counter, now) = (default(ThrottleCounter), Now);
        List<double> times = [];
        for (var login = 0; login < 6; login++)
        {
            while (pace.Take(counter, now).Wait is { } wait) now += wait;
            counter = pace.Take(counter, now).Counter;
            times.Add((now - Now).TotalSeconds);
        }

        Assert.Equal([0, 0, 0, 20, 40, 60], times);
    }

    [Fact]
    public void The_delay_never_falls_and_never_passes_the_longest() =>
        Gen.Select(Rules, Gen.Int[0, 20_000]).Sample((rule, count) =>
        {
            var (before, after) = (Delay(rule, count), Delay(rule, count + 1));
            return TimeSpan.Zero <= before && before <= after && after <= rule.MaxDelay;
        });

    [Fact]
    public void Every_lock_expires() =>
        Gen.Select(Rules, Gen.Int[0, 20_000]).Sample((rule, count) =>
        {
            var locked = rule.Take(new ThrottleCounter(Now + (count * rule.Fading), default), Now).Counter;
            return rule.Take(locked, Now + rule.MaxDelay).Wait is null;
        });

    // Also if the settings were different when the attempt was counted.
    [Fact]
    public void No_counter_overflows() =>
        Rules.Sample(rule => Delay(rule, 0, DateTimeOffset.MaxValue) == rule.MaxDelay);

    static TimeSpan Delay(ThrottleRule rule, int count, DateTimeOffset? forgottenAt = null)
    {
        var blocked = rule.Take(new ThrottleCounter(forgottenAt ?? Now + (count * rule.Fading), default), Now).Counter.BlockedUntil;
        return blocked == default ? TimeSpan.Zero : blocked - Now;
    }

    static ThrottleCounter After(int count) => new(Now + (count * Rule.Fading), default);
}
