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

            Assert.Equal(wait, await TryTakeAsync(Key, now));
        }
    }

    [Fact]
    public async Task Only_the_free_attempts_among_parallel_guesses_are_allowed()
    {
        var waits = await InParallelAsync(64, _ => TryTakeAsync(Key, Given.Now));

        Assert.Equal(Free, waits.Count(wait => wait is null));
        Assert.All(waits, wait => Assert.True(wait is null || wait == Rule.FirstDelay));
    }

    [Fact]
    public async Task A_refused_attempt_does_not_extend_the_wait()
    {
        await UseUpAsync(Key);

        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal(Rule.FirstDelay, await TryTakeAsync(Key, Given.Now));

        Assert.Null(await TryTakeAsync(Key, Given.Now + Rule.FirstDelay));
    }

    [Fact]
    public async Task All_attempts_can_be_forgotten_together()
    {
        var throttle = new Throttle(Key, ThrottleRule.UntilForgotten(Free));
        for (var attempt = 0; attempt < Free; attempt++) Assert.Null(await Throttle.TryTakeAsync([throttle], Given.Now));
        var muchLater = Given.Now + TimeSpan.FromDays(20);
        Assert.True(ThrottleRule.IsForGood((await Throttle.TryTakeAsync([throttle], muchLater))!.Value));

        var other = new ThrottleKey(Key.Value - 1);
        await UseUpAsync(other, muchLater);

        await Throttle.ForgetAsync([Key, new ThrottleKey(Key.Value - 2)]);

        for (var attempt = 0; attempt < Free; attempt++) Assert.Null(await Throttle.TryTakeAsync([throttle], muchLater));
        Assert.NotNull(await TryTakeAsync(other, muchLater));
    }

    [Fact]
    public async Task Keys_are_counted_apart()
    {
        await UseUpAsync(Key);

        Assert.Null(await TryTakeAsync(new ThrottleKey(Key.Value - 1), Given.Now));
    }

    [Fact]
    public async Task An_attempt_counts_for_all_its_keys_or_for_none()
    {
        var other = new ThrottleKey(Key.Value - 1);
        await UseUpAsync(Key);

        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal(Rule.FirstDelay, await Throttle.TryTakeAsync([new(other, Rule), new(Key, Rule)], Given.Now));

        await UseUpAsync(other);
    }

    [Fact]
    public async Task The_longest_of_several_waits_is_returned()
    {
        var other = new ThrottleKey(Key.Value - 1);
        await UseUpAsync(Key);
        await UseUpAsync(other, Given.Now + TimeSpan.FromSeconds(1));

        foreach (var keys in (ThrottleKey[][])[[Key, other], [other, Key]])
            Assert.Equal(TimeSpan.FromSeconds(2), await Throttle.TryTakeAsync(
                [.. keys.Select(key => new Throttle(key, Rule))], Given.Now + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_refused_attempt_adds_no_row()
    {
        await UseUpAsync(Key);
        var rows = await Engine.CountRowsAsync();

        for (var key = 0; key < 5; key++)
            await Throttle.TryTakeAsync([new(new ThrottleKey((UInt128)key), Rule), new(Key, Rule)], Given.Now);

        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task Attempts_with_common_keys_do_not_deadlock()
    {
        var keys = Enumerable.Range(0, 3).Select(key => new Throttle(new ThrottleKey((UInt128)key), Rule with { Free = 1000 })).ToList();

        for (var round = 0; round < 4; round++)
        {
            await InParallelAsync(6, number => Throttle.TryTakeAsync([keys[number % 3], keys[(number + 1) % 3]], Given.Now));
            await InParallelAsync(6, number => GiveBackAsync([keys[(number + 1) % 3], keys[number % 3]]));
        }

        async Task<bool> GiveBackAsync(IReadOnlyList<Throttle> throttles)
        {
            await Throttle.GiveBackAsync(throttles, Given.Now);
            return true;
        }
    }

    [Fact]
    public async Task A_good_attempt_is_given_back()
    {
        await UseUpAsync(Key);

        await Throttle.GiveBackAsync([new(Key, Rule)], Given.Now);

        Assert.Null(await TryTakeAsync(Key, Given.Now));
        Assert.Equal(Rule.FirstDelay, await TryTakeAsync(Key, Given.Now));
    }

    [Fact]
    public async Task A_counter_whose_attempts_are_all_given_back_is_deleted()
    {
        var rows = await Engine.CountRowsAsync();
        Throttle[] throttles = [new(Key, Rule), new(new ThrottleKey(1), Rule)];
        await Throttle.TryTakeAsync(throttles, Given.Now);

        await Throttle.GiveBackAsync(throttles, Given.Now);

        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task Giving_back_an_attempt_that_was_never_counted_does_nothing()
    {
        var rows = await Engine.CountRowsAsync();

        await Throttle.GiveBackAsync([new(Key, Rule)], Given.Now);

        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task A_restart_resets_no_counter()
    {
        await UseUpAsync(Key);

        await Engine.RestartAsync();

        Assert.Equal(Rule.FirstDelay, await TryTakeAsync(Key, Given.Now));
    }

    [Fact]
    public async Task A_sweep_deletes_only_forgotten_counters_and_blocks_nobody()
    {
        var (once, blocked) = (new ThrottleKey(1), new ThrottleKey(2));
        var slow = new ThrottleRule(1, TimeSpan.FromHours(2), TimeSpan.FromHours(2), Rule.Memory);
        await TryTakeAsync(once, Given.Now);
        await Throttle.TryTakeAsync([new(blocked, slow)], Given.Now);
        await UseUpAsync(Key);
        var forgotten = Given.Now + Rule.Fading;

        Assert.Equal(0, await Throttle.SweepAsync(forgotten, 10));
        Assert.Equal(1, await Throttle.SweepAsync(forgotten + TimeSpan.FromMilliseconds(1), 10));
        Assert.Equal(1, await Throttle.SweepAsync(Given.Now + Rule.Memory + TimeSpan.FromMilliseconds(1), 10));

        Assert.NotNull(await Throttle.TryTakeAsync([new(blocked, slow)], Given.Now + slow.Memory));
    }

    [Fact]
    public async Task A_sweep_deletes_no_more_than_its_limit()
    {
        for (var key = 0; key < 5; key++) await UseUpAsync(new ThrottleKey((UInt128)key));
        var forgotten = Given.Now + Rule.Memory + TimeSpan.FromMilliseconds(1);

        Assert.Equal(3, await Throttle.SweepAsync(forgotten, 3));
        Assert.Equal(2, await Throttle.SweepAsync(forgotten, 3));
    }

    Task<TimeSpan?> TryTakeAsync(ThrottleKey key, DateTimeOffset now) => Throttle.TryTakeAsync([new(key, Rule)], now);

    async Task UseUpAsync(ThrottleKey key, DateTimeOffset? now = null)
    {
        for (var attempt = 0; attempt < Free; attempt++)
            Assert.Null(await TryTakeAsync(key, now ?? Given.Now));
    }
}
