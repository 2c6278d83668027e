using Handstamp.Bearer.Feed;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

public sealed class FeedStatusTests
{
    readonly FakeTimeProvider _time = new();
    readonly FeedStatus _status;

    public FeedStatusTests() => _status = new FeedStatus(_time);

    [Fact]
    public void It_connects_at_first_however_long_that_takes()
    {
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(FeedState.Connecting, _status.State);
    }

    [Fact]
    public void After_ten_seconds_of_silence_it_is_lost()
    {
        _status.Heard();
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(FeedState.Following, _status.State);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(FeedState.Lost, _status.State);
        Assert.Equal(TimeSpan.FromSeconds(10), _status.Silence);
        _status.Heard();

        Assert.Equal(FeedState.Following, _status.State);
    }

    [Fact]
    public void A_failure_counts_until_a_frame_arrives()
    {
        _status.Heard();
        _status.Fail(FeedState.Untrusted);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FeedState.Untrusted, _status.State);

        _status.Heard();

        Assert.Equal(FeedState.Following, _status.State);
    }
}
