using System.Buffers.Text;
using System.Text;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>Events that are none of this library's, and events that are nobody's, one after the other.</summary>
public sealed class FeedEventsTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task An_event_that_is_newer_than_this_library_is_passed_over_and_the_feed_goes_on()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.Tell("of-the-future", OfTheFuture());
        var session = Guid.NewGuid();
        _issuer.Revoke(session);

        await Eventually.TrueAsync(() => api.Get<RevokedSessions>().Contains(session), "the revocation after it arrives");

        Assert.Equal(FeedState.Following, api.Feed);
        Assert.Empty(api.Logs.Of(6104));
        await Eventually.TrueAsync(() => api.Get<FeedReader>().LastEventId == "1-2", "both are taken in");
    }

    [Fact]
    public async Task Bad_events_again_and_again_do_not_put_the_reconnect_off()
    {
        await using var api = await TestApi.FollowAsync(_issuer);

        await Eventually.TrueAsync(() => _issuer.ResumedFrom.Count > 1, "the API connects again", () =>
        {
            _issuer.Clock.Advance(TimeSpan.FromSeconds(3));
            _issuer.Tell("session-revoked", "nonsense");
        });

        Assert.Equal(["", ""], _issuer.ResumedFrom.Take(2));
    }

    string OfTheFuture()
    {
        var segments = _issuer.Event(new RevokedKey("k")).Split('.');
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(segments[1]))
            .Replace("signing-key-revoked", "of-the-future", StringComparison.Ordinal);
        var signed = $"{segments[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var signature = new byte[_issuer.Key.SignatureSize];
        _issuer.Key.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
