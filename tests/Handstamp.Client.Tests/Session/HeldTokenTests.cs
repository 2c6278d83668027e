using Handstamp.Client.Session;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Client.Tests.Session;

public sealed class HeldTokenTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_moment_of_the_refresh_is_random_in_the_last_fifth()
    {
        var moments = Enumerable.Range(0, 1000).Select(_ => HeldToken.Issued(Session(600), _time).UntilRefresh.TotalSeconds).ToList();

        Assert.All(moments, moment => Assert.InRange(moment, 480, 600));
        Assert.True(moments.Min() < 485 && moments.Max() > 595, $"{moments.Min()} to {moments.Max()}");
    }

    [Fact]
    public void The_time_in_the_store_counts_for_the_life_of_a_token()
    {
        var session = Session(600);
        _time.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal(TimeSpan.FromMinutes(6), HeldToken.Found(session, _time).Left);
    }

    [Fact]
    public void A_token_from_the_future_has_an_unknown_life()
    {
        var session = Session(600);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.Zero, HeldToken.Found(session, _time).Left);
    }

    [Fact]
    public void A_monotonic_clock_that_stood_still_while_the_machine_slept_is_not_the_only_clock()
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
