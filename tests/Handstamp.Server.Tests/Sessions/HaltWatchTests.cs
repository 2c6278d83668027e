using Handstamp.Server.Sessions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class HaltWatchTests : IDisposable
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    readonly FakeTimeProvider _clock = new();
    readonly HaltWatch _watch;

    public HaltWatchTests() => _watch = new HaltWatch(_clock, Options.Create(new SessionOptions()));

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void A_process_that_stands_still_no_longer_than_the_quiet_gap_was_not_halted()
    {
        _clock.Advance(Gap);
        Assert.False(_watch.HasJustEnded);
    }

    [Fact]
    public void A_process_that_has_nothing_to_do_was_not_halted()
    {
        Pass(TimeSpan.FromMinutes(1));
        Assert.False(_watch.HasJustEnded);
    }

    [Fact]
    public void A_longer_halt_counts_for_a_whole_window_after_it()
    {
        Halt(Gap + Millisecond);
        Assert.True(_watch.HasJustEnded);

        Pass(TimeSpan.FromSeconds(30) - Beat);
        Assert.True(_watch.HasJustEnded);
        Pass(Beat);
        Assert.False(_watch.HasJustEnded);
    }

    [Fact]
    public void The_first_caller_after_a_halt_need_not_wait_for_the_timer()
    {
        _clock.AdjustTime(_clock.GetUtcNow() + Gap + Millisecond);
        Assert.True(_watch.HasJustEnded);
    }

    [Fact]
    public void With_a_window_of_two_seconds_a_halt_of_more_than_a_second_counts_for_ten()
    {
        using var watch = new HaltWatch(_clock, Options.Create(new SessionOptions { RetryWindow = TimeSpan.FromSeconds(2) }));
        Halt(TimeSpan.FromSeconds(1));
        Assert.False(watch.HasJustEnded);
        Halt(TimeSpan.FromSeconds(1) + Millisecond);
        Assert.True(watch.HasJustEnded);
        Pass(TimeSpan.FromSeconds(10) - Beat);
        Assert.True(watch.HasJustEnded);
    }

    // The clock of a test first sets its time, and then calls the timers that are due: like a process that continues.
    void Halt(TimeSpan time) => _clock.Advance(time);

    void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Beat) _clock.Advance(Beat);
    }
}
