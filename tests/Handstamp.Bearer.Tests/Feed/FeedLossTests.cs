using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>When an API has lost the feed, and what it does then.</summary>
public sealed class FeedLossTests : FollowingTests
{
    [Fact]
    public async Task A_short_break_is_not_a_loss()
    {
        await using var api = await TestApi.FollowAsync(Issuer, options => options.OnFeedLost = FeedLossPolicy.Refuse);
        Issuer.IsAway = true;
        Advance(9);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, Issuer.Issue()));
    }

    [Fact]
    public async Task Silence_is_a_loss_of_the_feed_although_the_connection_is_open()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        Issuer.BeatsWhenCaughtUp = false;
        Advance(10);
        Assert.Equal(FeedState.Lost, api.Feed);
        await Eventually.TrueAsync(() => Issuer.ResumedFrom.Count > 1, "the API connects again", () => Advance(0.1));
    }

    [Fact]
    public async Task Each_frame_keeps_the_feed_alive()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        for (var i = 0; i < 5; i++)
        {
            Advance(9);
            Issuer.Beat();
            await Eventually.TrueAsync(() => api.Get<FeedStatus>().Silence == TimeSpan.Zero, "the heartbeat arrives");
        }

        Assert.Single(Issuer.ResumedFrom);
    }

    [Fact]
    public async Task A_new_connection_counts_only_after_it_has_caught_up()
    {
        Issuer.BeatsWhenCaughtUp = false;
        var (session, _) = Issue();
        Issuer.Revoke(session);
        await using var api = await TestApi.StartAsync(Issuer);
        await RevokedAsync(api, session);
        Assert.Equal(FeedState.Connecting, api.Feed);

        Issuer.Beat();
        await api.FollowsAsync();
    }

    [Fact]
    public async Task Without_the_feed_tokens_are_accepted_until_they_expire_and_health_says_so()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        await HealthIsAsync(api, HealthStatus.Healthy, "This API follows the revocation feed.");
        Issuer.IsAway = true;
        Advance(10);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, Issuer.Issue()));
        await HealthIsAsync(api, HealthStatus.Degraded, "This API has lost the revocation feed. Tokens are accepted until they expire.");
    }

    [Fact]
    public async Task An_API_that_must_not_continue_without_the_feed_answers_503()
    {
        await using var api = await TestApi.FollowAsync(Issuer, options => options.OnFeedLost = FeedLossPolicy.Refuse);
        Issuer.IsAway = true;
        Advance(10);
        var answer = await api.GetAsync("/me", Issuer.Issue());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (answer.Status, answer.Challenge));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, "nonsense"));
        await HealthIsAsync(api, HealthStatus.Unhealthy, "This API has lost the revocation feed. Tokens are refused until the feed is back.");

        Issuer.IsAway = false;
        await Eventually.TrueAsync(() => api.Feed == FeedState.Following, "the feed is back", () => Advance(1));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, Issuer.Issue()));
    }

    [Fact]
    public async Task Without_the_feed_the_issuer_can_be_asked_about_each_token()
    {
        await using var api = await TestApi.FollowAsync(Issuer, options => options.OnFeedLost = FeedLossPolicy.Introspect);
        var (good, ended) = (Issuer.Issue(), Issuer.Issue());
        Issuer.Inactive[ended] = true;
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, ended));
        Assert.Equal(0, Issuer.Asked("/oauth/introspect"));

        Issuer.BeatsWhenCaughtUp = false;
        Advance(10);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, good));
        Assert.Equal(Outdated, (await api.GetAsync("/me", ended)).Challenge);
        await HealthIsAsync(api, HealthStatus.Degraded, "This API has lost the revocation feed. The issuer is asked about each token.");

        Issuer.IsAway = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync(api, good));
        Assert.StartsWith("Warning The issuer could not be asked about a token. System.Net", Assert.Single(api.Logs.Of(6300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_that_must_not_continue_without_the_feed_does_not_ask_the_issuer()
    {
        await using var api = await TestApi.FollowAsync(Issuer, options => options.OnFeedLost = FeedLossPolicy.Refuse);
        Issuer.BeatsWhenCaughtUp = false;
        Advance(10);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync(api, Issuer.Issue()));
        Assert.Equal("Revocations do not reach this API at the moment.", await FailureAsync(api, Issuer.Issue()));
        Assert.Equal(0, Issuer.Asked("/oauth/introspect"));
    }

    [Fact]
    public async Task Without_a_credential_the_API_checks_only_expiry_and_says_so_and_tries_again()
    {
        Issuer.WantsCredential = true;
        await using var api = await TestApi.StartAsync(Issuer);
        await Eventually.TrueAsync(() => api.Feed == FeedState.Refused, "the API is refused");

        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, Issuer.Issue()));
        await HealthIsAsync(api, HealthStatus.Degraded,
            "The issuer does not let this API follow the revocation feed. The API needs a credential. Tokens are accepted until they expire.");
        Assert.Contains("handstamp api add", Assert.Single(api.Logs.Of(6102)), StringComparison.Ordinal);

        Issuer.WantsCredential = false;
        await Eventually.TrueAsync(() => api.Feed == FeedState.Following, "the API is accepted", () => Advance(30));
    }

    [Fact]
    public async Task With_its_credential_the_API_is_accepted_and_the_credential_is_in_no_log()
    {
        Issuer.WantsCredential = true;
        await using var api = await TestApi.FollowAsync(Issuer, options => options.Credential = TestIssuer.Credential);
        Assert.DoesNotContain(api.Logs.Lines, line => line.Text.Contains(TestIssuer.Credential, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_issuer_without_a_feed_is_reported_as_such()
    {
        Issuer.HasFeed = false;
        await using var api = await TestApi.StartAsync(Issuer);
        await Eventually.TrueAsync(() => api.Feed == FeedState.NotOffered, "the API has noticed");
        await HealthIsAsync(api, HealthStatus.Degraded, "The issuer offers no revocation feed. Tokens are accepted until they expire.");
    }

    [Fact]
    public async Task Without_keys_the_API_is_unhealthy()
    {
        Issuer.IsAway = true;
        await using var api = await TestApi.StartAsync(Issuer);
        await HealthIsAsync(api, HealthStatus.Unhealthy, "The issuer's keys have not been loaded, so no token can be verified.");
        Assert.Equal("The issuer's keys have not been loaded yet.", await FailureAsync(api, Issuer.Issue()));
    }

    /// <summary>What the app sees of a token that cannot be checked now.</summary>
    static async Task<string?> FailureAsync(TestApi api, string token)
    {
        await using var scope = api.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = $"Bearer {token}";
        return (await context.AuthenticateAsync(HandstampBearerDefaults.AuthenticationScheme)).Failure?.Message;
    }
}
