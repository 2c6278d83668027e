using Handstamp.Server.Accounts;

namespace Handstamp.Storage.Tests.Accounts;

public abstract class ThrottleStoreContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    const int Free = 3;

    static readonly ThrottleRule Rule =
        new(Free, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), Memory: TimeSpan.FromHours(1));

    static readonly ThrottleKey Key = new(UInt128.MaxValue - 5);

    [Fact]
    public async Task Attempts_are_counted_as_the_rule_says()
    {
        ThrottleCounter? counter = null;
        foreach (var second in (int[])[0, 0, 0, 1, 2, 3, 5, 6, 7, 12, 4000])
        {
            var now = Given.Now + TimeSpan.FromSeconds(second);
            var (wait, next) = Rule.Take(counter, now);
            counter = next;

            Assert.Equal(wait, await Throttle.TryTakeAsync(Key, Rule, now));
        }
    }

    [Fact]
    public async Task Of_parallel_guesses_no_more_go_ahead_than_are_free()
    {
        var waits = await InParallelAsync(64, _ => Throttle.TryTakeAsync(Key, Rule, Given.Now));

        Assert.Equal(Free, waits.Count(wait => wait is null));
        Assert.All(waits, wait => Assert.True(wait is null || wait == Rule.FirstDelay));
    }

    [Fact]
    public async Task A_refused_attempt_does_not_prolong_the_wait()
    {
        await UseUpAsync(Key);

        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal(Rule.FirstDelay, await Throttle.TryTakeAsync(Key, Rule, Given.Now));

        Assert.Null(await Throttle.TryTakeAsync(Key, Rule, Given.Now + Rule.FirstDelay));
    }

    [Fact]
    public async Task Keys_are_counted_apart()
    {
        await UseUpAsync(Key);

        Assert.Null(await Throttle.TryTakeAsync(new ThrottleKey(Key.Value - 1), Rule, Given.Now));
    }

    [Fact]
    public async Task A_good_attempt_is_given_back()
    {
        await UseUpAsync(Key);

        await Throttle.GiveBackAsync(Key);

        Assert.Null(await Throttle.TryTakeAsync(Key, Rule, Given.Now));
        Assert.Equal(Rule.FirstDelay, await Throttle.TryTakeAsync(Key, Rule, Given.Now));
    }

    [Fact]
    public async Task Giving_back_what_was_never_counted_counts_nothing()
    {
        var rows = await Engine.CountRowsAsync();

        await Throttle.GiveBackAsync(Key);

        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task A_forgotten_key_starts_anew()
    {
        await UseUpAsync(Key);

        await Throttle.ForgetAsync(Key);

        await UseUpAsync(Key);
    }

    [Fact]
    public async Task A_restart_forgives_nothing()
    {
        await UseUpAsync(Key);

        await Engine.RestartAsync();

        Assert.Equal(Rule.FirstDelay, await Throttle.TryTakeAsync(Key, Rule, Given.Now));
    }

    [Fact]
    public async Task A_sweep_deletes_only_what_was_not_touched_since()
    {
        var untouched = new ThrottleKey(1);
        await UseUpAsync(untouched);
        await UseUpAsync(Key, Given.Now + TimeSpan.FromMilliseconds(1));

        Assert.Equal(0, await Throttle.SweepAsync(Given.Now, 10));
        Assert.Equal(1, await Throttle.SweepAsync(Given.Now + TimeSpan.FromMilliseconds(1), 10));

        Assert.Null(await Throttle.TryTakeAsync(untouched, Rule, Given.Now));
        Assert.NotNull(await Throttle.TryTakeAsync(Key, Rule, Given.Now));
    }

    [Fact]
    public async Task A_sweep_deletes_no_more_than_it_may()
    {
        for (var key = 0; key < 5; key++) await UseUpAsync(new ThrottleKey((UInt128)key));

        Assert.Equal(3, await Throttle.SweepAsync(Given.Now + Rule.Memory, 3));
        Assert.Equal(2, await Throttle.SweepAsync(Given.Now + Rule.Memory, 3));
    }

    async Task UseUpAsync(ThrottleKey key, DateTimeOffset? now = null)
    {
        for (var attempt = 0; attempt < Free; attempt++)
            Assert.Null(await Throttle.TryTakeAsync(key, Rule, now ?? Given.Now));
    }
}
