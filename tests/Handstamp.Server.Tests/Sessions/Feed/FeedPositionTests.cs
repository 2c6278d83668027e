using Handstamp.Server.Sessions.Feed;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>The id of an event, as a follower sends it back.</summary>
public sealed class FeedPositionTests
{
    [Theory]
    [InlineData("0-0", 0, 0)]
    [InlineData("1767323045000-7", 1767323045000, 7)]
    public void A_position_is_read_as_it_was_written(string text, long epoch, long sequence)
    {
        Assert.True(FeedPosition.TryParse(text, out var position));

        Assert.Equal(new FeedPosition(epoch, sequence), position);
        Assert.Equal(text, position.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("7")]
    [InlineData("-7")]
    [InlineData("7-")]
    [InlineData("7--1")]
    [InlineData("+7-1")]
    [InlineData("7-1 ")]
    [InlineData("7-99999999999999999999")]
    public void Other_text_is_no_position(string text)
    {
        Assert.False(FeedPosition.TryParse(text, out var position));

        Assert.Equal(default, position);
    }

    [Fact]
    public void A_later_epoch_is_ahead_of_every_number_of_an_earlier_one()
    {
        Assert.True(new FeedPosition(7, 9).IsBehind(new FeedPosition(8, 0)));
        Assert.True(new FeedPosition(7, 8).IsBehind(new FeedPosition(7, 9)));
        Assert.False(new FeedPosition(7, 9).IsBehind(new FeedPosition(7, 9)));
        Assert.False(new FeedPosition(8, 0).IsBehind(new FeedPosition(7, 9)));
    }
}
