using System.Buffers.Text;
using System.Text;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>Events that this library does not know, and invalid events, one after another.</summary>
public sealed class FeedEventsTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task An_event_that_is_newer_than_this_library_is_skipped_and_the_feed_continues()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.Tell("of-the-future", OfTheFuture());
        var session = Guid.NewGuid();
        _issuer.Revoke(session);

        await Eventually.TrueAsync(() => api.Get<RevokedSessions>().Contains(session), "the revocation after it arrives");

        Assert.Equal(FeedState.Following, api.Feed);
        Assert.Empty(api.Logs.Of(6104));
        await Eventually.TrueAsync(() => api.Get<FeedReader>().LastEventId == "1-2", "both are read");
    }

    [Fact]
    public async Task Repeated_bad_events_do_not_delay_the_reconnect()
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
