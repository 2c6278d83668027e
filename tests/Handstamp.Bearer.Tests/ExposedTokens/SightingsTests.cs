using System.Net;
using Handstamp.Bearer.ExposedTokens;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.ExposedTokens;

public sealed class SightingsTests
{
    const int Most = 10_000;

    readonly FakeTimeProvider _time = new();
    readonly Sightings _sightings;
    int _tokens;

    public SightingsTests() => _sightings = new Sightings(_time);

    /// <summary>Of a token that nobody has seen.</summary>
    bool IsNewsFrom(string? sender) => _sightings.IsNews($"token {_tokens++}", sender is null ? null : IPAddress.Parse(sender));

    bool IsNews(string token) => _sightings.IsNews(token, IPAddress.Loopback);

    static IPAddress Network(int number) => new(number);

    [Fact]
    public void A_token_is_news_once()
    {
        Assert.True(IsNews("one"));
        Assert.True(IsNews("other"));

        _time.Advance(TimeSpan.FromDays(1000));

        Assert.False(IsNews("one"));
        Assert.False(IsNews("other"));
    }

    [Fact]
    public void A_token_whose_report_failed_is_news_again_ten_seconds_later_and_once()
    {
        Assert.True(IsNews("one"));
        _sightings.Forget("one");

        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(IsNews("one"));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.True(IsNews("one"));
        Assert.False(IsNews("one"));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:2::1")]
    [InlineData(null, null, "192.0.2.1")]
    public void A_network_gets_ten_tokens_a_minute(string? sender, string? neighbour, string stranger)
    {
        for (var minute = 0; minute < 2; minute++)
        {
            for (var token = 0; token < Sightings.MostOfOne; token++)
                Assert.True(IsNewsFrom(token % 2 == 0 ? sender : neighbour));

            Assert.False(IsNewsFrom(sender));
            Assert.False(IsNewsFrom(neighbour));
            Assert.True(IsNewsFrom(stranger));
            _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
            Assert.False(IsNewsFrom(sender));
            _time.Advance(TimeSpan.FromTicks(1));
        }
    }

    [Fact]
    public void A_token_that_was_seen_before_does_not_count_for_its_network()
    {
        Assert.True(IsNews("one"));
        for (var again = 0; again < Sightings.MostOfOne; again++) Assert.False(IsNews("one"));

        Assert.True(IsNews("other"));
    }

    [Fact]
    public void Another_network_waits_for_the_next_minute_when_ten_thousand_have_sent_tokens()
    {
        for (var network = 0; network < Most; network++) Assert.True(_sightings.IsNews($"{network}", Network(network)));

        Assert.False(_sightings.IsNews("late", Network(Most)));
        Assert.True(_sightings.IsNews("second", Network(0)));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_sightings.IsNews("late", Network(Most)));
    }

    [Fact]
    public void Ten_thousand_tokens_are_kept_in_mind()
    {
        for (var token = 0; token < Most; token++)
        {
            if (token == Most / 2) _time.Advance(TimeSpan.FromMinutes(1));
            Assert.True(_sightings.IsNews($"{token}", Network(token)));
        }

        Assert.False(_sightings.IsNews("0", Network(0)));
        Assert.True(_sightings.IsNews($"{Most}", Network(Most)));
        Assert.True(_sightings.IsNews("0", Network(0)));
    }
}
