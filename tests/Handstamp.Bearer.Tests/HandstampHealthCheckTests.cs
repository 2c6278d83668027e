using Handstamp.Bearer.Feed;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Handstamp.Bearer.Tests;

public sealed class HandstampHealthCheckTests
{
    [Theory]
    [InlineData(FeedState.Connecting, "This API has not caught up with the revocation feed yet.")]
    [InlineData(FeedState.Lost, "This API has lost the revocation feed.")]
    [InlineData(FeedState.Refused, "The issuer does not let this API follow the revocation feed. The API needs a credential.")]
    [InlineData(FeedState.NotOffered, "The issuer offers no revocation feed.")]
    [InlineData(FeedState.Untrusted, "The revocation feed has an event that cannot be verified.")]
    public async Task Each_state_and_policy_has_its_sentences(object state, string why)
    {
        (FeedLossPolicy Policy, HealthStatus Status, string Consequence)[] cases =
        [
            (FeedLossPolicy.Continue, HealthStatus.Degraded, "Tokens are accepted until they expire."),
            (FeedLossPolicy.Introspect, HealthStatus.Degraded, "The issuer is asked about each token."),
            (FeedLossPolicy.Refuse, HealthStatus.Unhealthy, "Tokens are refused until the feed is back."),
        ];
        await using var issuer = await TestIssuer.StartAsync();
        foreach (var (policy, status, consequence) in cases)
        {
            await using var api = await TestApi.FollowAsync(issuer, options => options.OnFeedLost = policy);
            Assert.Equal(HealthStatus.Healthy, (await api.HealthAsync()).Status);

            api.Get<FeedStatus>().Fail((FeedState)state);

            var health = await api.HealthAsync();
            Assert.Equal((status, $"{why} {consequence}"), (health.Status, health.Description));
        }
    }
}
