using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

public sealed class FeedTests : IAsyncLifetime
{
    const string Outdated =
        "Bearer error=\"invalid_token\", error_description=\"The token is no longer accepted, but a new one may be.\", code=\"access_token_outdated\"";

    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    (Guid Session, string Token) Issue(SigningKey? key = null)
    {
        var session = Guid.NewGuid();
        return (session, _issuer.Issue(token => token with { SessionId = session }, key));
    }

    void Advance(double seconds) => _issuer.Clock.Advance(TimeSpan.FromSeconds(seconds));

    static async Task<HttpStatusCode> CallAsync(TestApi api, string token) => (await api.GetAsync("/me", token)).Status;

    static Task RevokedAsync(TestApi api, Guid session) =>
        Eventually.TrueAsync(() => api.Get<RevokedSessions>().Contains(session), "the revocation arrives");

    static async Task HealthIsAsync(TestApi api, HealthStatus status, string description)
    {
        var health = await api.HealthAsync();
        Assert.Equal((status, description), (health.Status, health.Description));
    }

    [Fact]
    public async Task A_revoked_session_is_refused_without_a_call_to_the_issuer()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (session, token) = Issue();
        var other = _issuer.Issue();
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, token));
        var asked = _issuer.AskedInAll;

        _issuer.Revoke(session);
        await RevokedAsync(api, session);

        var answer = await api.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Bearer error=\"invalid_token\", error_description=\"The session of the token has been ended.\", code=\"session_revoked\"", answer.Challenge);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, other));
        Assert.Equal(asked, _issuer.AskedInAll);
    }

    [Fact]
    public async Task Where_another_session_has_taken_its_place_the_caller_is_told_that_a_fresh_token_may_be_good()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (session, token) = Issue();
        _issuer.Revoke(session, reason: "replaced");
        await RevokedAsync(api, session);

        var answer = await api.GetAsync("/me", token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(Outdated, answer.Challenge);
    }

    [Fact]
    public async Task A_token_that_is_seen_first_after_its_session_ended_is_refused()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (session, token) = Issue();
        _issuer.Revoke(session);
        await RevokedAsync(api, session);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
    }

    [Fact]
    public async Task What_was_revoked_before_the_API_started_is_known_before_it_counts_as_following()
    {
        var (session, token) = Issue();
        _issuer.Revoke(session);
        await using var api = await TestApi.FollowAsync(_issuer);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
    }

    [Fact]
    public async Task A_revoked_session_is_forgotten_when_no_token_of_it_can_be_alive()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var revoked = api.Get<RevokedSessions>();
        var (first, _) = Issue();
        _issuer.Revoke(first);
        await RevokedAsync(api, first);

        Advance(61 * 60);
        var (second, _) = Issue();
        _issuer.Revoke(second);
        await Eventually.TrueAsync(() => revoked.Contains(second), "the revocation arrives", () => Advance(1));
        await Eventually.TrueAsync(() => !revoked.Contains(first), "the earlier one is forgotten");
        Assert.Equal(1, revoked.Count);
    }

    [Fact]
    public async Task After_a_break_the_feed_resumes_where_it_was()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (before, _) = Issue();
        _issuer.Revoke(before);
        await RevokedAsync(api, before);
        _issuer.CutFeeds();
        await Eventually.TrueAsync(() => _issuer.Followers == 0, "the line is cut");
        var (meanwhile, token) = Issue();
        _issuer.Revoke(meanwhile);

        await Eventually.TrueAsync(() => _issuer.Followers == 1, "the API is back", () => Advance(0.1));
        await RevokedAsync(api, meanwhile);

        Assert.Equal(["", "1-1"], _issuer.ResumedFrom);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
    }

    [Fact]
    public async Task In_a_new_epoch_the_feed_starts_again_and_nothing_is_forgotten()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (before, ended) = Issue();
        _issuer.Revoke(before);
        await RevokedAsync(api, before);
        _issuer.CutFeeds();
        await Eventually.TrueAsync(() => _issuer.Followers == 0, "the line is cut");
        _issuer.GoBack();
        var (after, token) = Issue();
        _issuer.Revoke(after);

        await Eventually.TrueAsync(() => _issuer.Followers == 1, "the API is back", () => Advance(0.1));
        await RevokedAsync(api, after);

        Assert.Equal(["", "1-1"], _issuer.ResumedFrom);
        Assert.Equal("2-1", api.Get<FeedReader>().LastEventId);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, ended));
    }

    [Fact]
    public async Task A_short_break_is_no_loss()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options => options.OnFeedLost = FeedLossPolicy.Refuse);
        _issuer.IsAway = true;
        Advance(9);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, _issuer.Issue()));
    }

    [Fact]
    public async Task Silence_is_the_loss_of_the_feed_although_the_line_is_open()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.BeatsWhenCaughtUp = false;
        Advance(10);
        Assert.Equal(FeedState.Lost, api.Feed);
        await Eventually.TrueAsync(() => _issuer.ResumedFrom.Count > 1, "the API connects anew", () => Advance(0.1));
    }

    [Fact]
    public async Task Each_frame_keeps_the_feed_alive()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        for (var i = 0; i < 5; i++)
        {
            Advance(9);
            _issuer.Beat();
            await Eventually.TrueAsync(() => api.Get<FeedStatus>().Silence == TimeSpan.Zero, "the heartbeat arrives");
        }

        Assert.Single(_issuer.ResumedFrom);
    }

    [Fact]
    public async Task A_new_connection_counts_only_when_it_has_caught_up()
    {
        _issuer.BeatsWhenCaughtUp = false;
        var (session, _) = Issue();
        _issuer.Revoke(session);
        await using var api = await TestApi.StartAsync(_issuer);
        await RevokedAsync(api, session);
        Assert.Equal(FeedState.Connecting, api.Feed);

        _issuer.Beat();
        await api.FollowsAsync();
    }

    [Fact]
    public async Task Without_the_feed_tokens_are_accepted_until_they_expire_and_health_says_so()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        await HealthIsAsync(api, HealthStatus.Healthy, "This API follows the revocation feed.");
        _issuer.IsAway = true;
        Advance(10);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, _issuer.Issue()));
        await HealthIsAsync(api, HealthStatus.Degraded, "This API has lost the revocation feed. Tokens are accepted until they expire.");
    }

    [Fact]
    public async Task An_API_that_must_not_go_on_without_the_feed_answers_503()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options => options.OnFeedLost = FeedLossPolicy.Refuse);
        _issuer.IsAway = true;
        Advance(10);
        var answer = await api.GetAsync("/me", _issuer.Issue());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (answer.Status, answer.Challenge));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, "nonsense"));
        await HealthIsAsync(api, HealthStatus.Unhealthy, "This API has lost the revocation feed. Tokens are refused until the feed is back.");

        _issuer.IsAway = false;
        await Eventually.TrueAsync(() => api.Feed == FeedState.Following, "the feed is back", () => Advance(1));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, _issuer.Issue()));
    }

    [Fact]
    public async Task Without_the_feed_the_issuer_can_be_asked_about_each_token()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options => options.OnFeedLost = FeedLossPolicy.Introspect);
        var (good, ended) = (_issuer.Issue(), _issuer.Issue());
        _issuer.Inactive[ended] = true;
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, ended));
        Assert.Equal(0, _issuer.Asked("/oauth/introspect"));

        _issuer.BeatsWhenCaughtUp = false;
        Advance(10);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, good));
        Assert.Equal(Outdated, (await api.GetAsync("/me", ended)).Challenge);
        await HealthIsAsync(api, HealthStatus.Degraded, "This API has lost the revocation feed. The issuer is asked about each token.");

        _issuer.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync(api, good));
    }

    [Fact]
    public async Task Without_a_credential_the_API_goes_by_expiry_and_says_so_and_asks_again()
    {
        _issuer.WantsCredential = true;
        await using var api = await TestApi.StartAsync(_issuer);
        await Eventually.TrueAsync(() => api.Feed == FeedState.Refused, "the API is refused");

        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, _issuer.Issue()));
        await HealthIsAsync(api, HealthStatus.Degraded,
            "The issuer does not let this API follow the revocation feed. The API needs a credential. Tokens are accepted until they expire.");
        Assert.Contains("handstamp api add", Assert.Single(api.Logs.Of(6102)), StringComparison.Ordinal);

        _issuer.WantsCredential = false;
        await Eventually.TrueAsync(() => api.Feed == FeedState.Following, "the API is let in", () => Advance(30));
    }

    [Fact]
    public async Task With_its_credential_the_API_is_let_in_and_the_credential_is_in_no_log()
    {
        _issuer.WantsCredential = true;
        await using var api = await TestApi.FollowAsync(_issuer, options => options.Credential = TestIssuer.Credential);
        Assert.DoesNotContain(api.Logs.Lines, line => line.Text.Contains(TestIssuer.Credential, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_issuer_without_a_feed_is_told_apart()
    {
        _issuer.HasFeed = false;
        await using var api = await TestApi.StartAsync(_issuer);
        await Eventually.TrueAsync(() => api.Feed == FeedState.NotOffered, "the API has noticed");
        await HealthIsAsync(api, HealthStatus.Degraded, "The issuer offers no revocation feed. Tokens are accepted until they expire.");
    }

    [Fact]
    public async Task Without_keys_the_API_is_unhealthy()
    {
        _issuer.IsAway = true;
        await using var api = await TestApi.StartAsync(_issuer);
        await HealthIsAsync(api, HealthStatus.Unhealthy, "The issuer's keys have not been loaded, so no token can be verified.");
    }

    [Fact]
    public async Task An_event_of_a_key_that_is_new_has_the_keys_fetched()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.Key = SigningKey.Create(JwsAlgorithm.Es256);
        var (session, _) = Issue();
        _issuer.Revoke(session);
        await RevokedAsync(api, session);
        Assert.Equal(FeedState.Following, api.Feed);
    }

    [Fact]
    public async Task An_event_of_a_key_that_a_first_answer_did_not_have_has_the_keys_fetched_again_and_is_taken()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var fetches = _issuer.Asked("/keys");
        // A node of the issuer answers that has not read the new key yet.
        _issuer.Published = [_issuer.Key.PublicKey];
        _issuer.Key = SigningKey.Create(JwsAlgorithm.Es256);
        var (session, _) = Issue();
        _issuer.Revoke(session);
        await Eventually.TrueAsync(() => _issuer.Asked("/keys") > fetches, "the keys are fetched");
        _issuer.Published = null;

        await Eventually.TrueAsync(
            () => api.Get<RevokedSessions>().Contains(session), "it is taken", () => _issuer.Clock.Advance(IssuerKeys.Pause));
        Assert.Equal(FeedState.Following, api.Feed);
    }

    [Fact]
    public async Task A_forged_event_revokes_nothing_and_the_feed_is_not_trusted_until_it_is_gone()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (victim, token) = Issue();
        _issuer.Revoke(victim, SigningKey.Create(JwsAlgorithm.Es256));
        await Eventually.TrueAsync(() => api.Feed == FeedState.Untrusted, "the forgery is noticed", () => Advance(1));
        var (next, _) = Issue();
        _issuer.Revoke(next);
        _issuer.Beat();
        await RevokedAsync(api, next);

        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, token));
        Assert.Equal(FeedState.Untrusted, api.Feed);
        await HealthIsAsync(api, HealthStatus.Degraded,
            "The revocation feed has an event that cannot be verified. Tokens are accepted until they expire.");
        Assert.Single(api.Logs.Of(6104));

        _issuer.Withdraw(1, "session-revoked", _issuer.Event(new RevokedSession(Guid.NewGuid(), null, "logout")));
        await Eventually.TrueAsync(() => api.Feed == FeedState.Following, "the feed is read again and trusted", BeatLater);
        Assert.Equal(["", ""], _issuer.ResumedFrom);
    }

    void BeatLater()
    {
        Advance(3);
        _issuer.Beat();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task What_is_no_event_at_all_is_not_trusted_either(string data)
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.Tell("session-revoked", data);
        await Eventually.TrueAsync(() => api.Feed == FeedState.Untrusted, "the fault is noticed");
    }

    [Fact]
    public async Task An_event_of_another_issuer_is_not_trusted()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (session, _) = Issue();
        _issuer.Revoke(session, issuer: "https://other.example");
        await Eventually.TrueAsync(() => api.Feed == FeedState.Untrusted, "the fault is noticed");
        Assert.False(api.Get<RevokedSessions>().Contains(session));
    }
}
