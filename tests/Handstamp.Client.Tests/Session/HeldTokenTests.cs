using Handstamp.Client.Session;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Client.Tests.Session;

public sealed class HeldTokenTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_moment_of_the_refresh_is_a_random_one_in_the_last_fifth()
    {
        var moments = Enumerable.Range(0, 1000).Select(_ => HeldToken.Issued(Session(600), _time).UntilRefresh.TotalSeconds).ToList();

        Assert.All(moments, moment => Assert.InRange(moment, 480, 600));
        Assert.True(moments.Min() < 485 && moments.Max() > 595, $"{moments.Min()} to {moments.Max()}");
    }

    [Fact]
    public void What_was_in_the_store_for_a_while_has_that_much_less_of_its_life()
    {
        var session = Session(600);
        _time.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal(TimeSpan.FromMinutes(6), HeldToken.Found(session, _time).Left);
    }

    [Fact]
    public void Of_what_is_from_the_future_nothing_is_known()
    {
        var session = Session(600);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.Zero, HeldToken.Found(session, _time).Left);
    }

    [Fact]
    public void A_monotonic_clock_that_stood_still_while_the_machine_slept_does_not_count_alone()
    {
        var asleep = new SleepingTime();
        var token = HeldToken.Issued(Session(600), asleep);

        asleep.Slept = TimeSpan.FromHours(8);

        Assert.True(token.Left < TimeSpan.Zero);
    }

    StoredSession Session(int seconds) => new()
    {
        AccessToken = "access",
        RefreshToken = "refresh",
        SessionId = Guid.Empty,
        ExpiresIn = seconds,
        IssuedAt = _time.GetUtcNow(),
    };

    sealed class SleepingTime : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Slept;

        public override long GetTimestamp() => 0;
    }
}
