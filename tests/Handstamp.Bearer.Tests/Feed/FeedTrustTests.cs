using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>Which events an API trusts.</summary>
public sealed class FeedTrustTests : FollowingTests
{
    [Fact]
    public async Task An_event_with_a_new_key_makes_the_API_fetch_the_keys()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        Issuer.Key = SigningKey.Create(JwsAlgorithm.Es256);
        var (session, _) = Issue();
        Issuer.Revoke(session);
        await RevokedAsync(api, session);
        Assert.Equal(FeedState.Following, api.Feed);
    }

    [Fact]
    public async Task An_event_whose_key_a_first_answer_lacks_makes_the_API_fetch_again_and_is_accepted()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var fetches = Issuer.Asked("/keys");
        // The answer comes from a node of the issuer that has not read the new key yet.
        Issuer.Published = [Issuer.Key.PublicKey];
        Issuer.Key = SigningKey.Create(JwsAlgorithm.Es256);
        var (session, _) = Issue();
        Issuer.Revoke(session);
        await Eventually.TrueAsync(() => Issuer.Asked("/keys") > fetches, "the keys are fetched");
        Issuer.Published = null;

        await Eventually.TrueAsync(
            () => api.Get<RevokedSessions>().Contains(session), "the event is accepted", () => Issuer.Clock.Advance(IssuerKeys.Pause));
        Assert.Equal(FeedState.Following, api.Feed);
    }

    [Fact]
    public async Task A_forged_event_revokes_nothing_and_the_feed_is_not_trusted_until_the_event_is_gone()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (victim, token) = Issue();
        Issuer.Revoke(victim, SigningKey.Create(JwsAlgorithm.Es256));
        await Eventually.TrueAsync(() => api.Feed == FeedState.Untrusted, "the forgery is noticed", () => Advance(1));
        var (next, _) = Issue();
        Issuer.Revoke(next);
        Issuer.Beat();
        await RevokedAsync(api, next);

        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, token));
        Assert.Equal(FeedState.Untrusted, api.Feed);
        await HealthIsAsync(api, HealthStatus.Degraded,
            "The revocation feed has an event that cannot be verified. Tokens are accepted until they expire.");
        Assert.Single(api.Logs.Of(6104));

        Issuer.Withdraw(1, "session-revoked", Issuer.Event(new RevokedSession(Guid.NewGuid(), null, "logout")));
        await Eventually.TrueAsync(() => api.Feed == FeedState.Following, "the feed is read again and trusted", BeatLater);
        Assert.Equal(["", ""], Issuer.ResumedFrom);
    }

    void BeatLater()
    {
        Advance(3);
        Issuer.Beat();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Data_that_is_not_an_event_is_not_trusted_either(string data)
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        Issuer.Tell("session-revoked", data);
        await Eventually.TrueAsync(() => api.Feed == FeedState.Untrusted, "the fault is noticed");
    }

    [Fact]
    public async Task An_event_of_another_issuer_is_not_trusted()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (session, _) = Issue();
        Issuer.Revoke(session, issuer: "https://other.example");
        await Eventually.TrueAsync(() => api.Feed == FeedState.Untrusted, "the fault is noticed");
        Assert.False(api.Get<RevokedSessions>().Contains(session));
    }
}
