using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer;

/// <summary>Whether tokens can be verified, and whether revocations arrive.</summary>
sealed class HandstampHealthCheck(IssuerKeys keys, FeedStatus feed, IOptions<HandstampBearerOptions> options)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    HealthCheckResult Check()
    {
        if (keys.Current is null)
            return HealthCheckResult.Unhealthy("The issuer's keys have not been loaded, so no token can be verified.");

        var state = feed.State;
        if (state == FeedState.Following) return HealthCheckResult.Healthy("This API follows the revocation feed.");

        var description = $"{Explain(state)} {Consequence(options.Value.OnFeedLost)}";
        return options.Value.OnFeedLost == FeedLossPolicy.Refuse
            ? HealthCheckResult.Unhealthy(description)
            : HealthCheckResult.Degraded(description);
    }

    static string Explain(FeedState state) => state switch
    {
        FeedState.Connecting => "This API has not caught up with the revocation feed yet.",
        FeedState.Refused => "The issuer does not let this API follow the revocation feed. The API needs a credential.",
        FeedState.NotOffered => "The issuer offers no revocation feed.",
        FeedState.Untrusted => "The revocation feed has an event that cannot be verified.",
        _ => "This API has lost the revocation feed.",
    };

    static string Consequence(FeedLossPolicy policy) => policy switch
    {
        FeedLossPolicy.Introspect => "The issuer is asked about each token.",
        FeedLossPolicy.Refuse => "Tokens are refused until the feed is back.",
        _ => "Tokens are accepted until they expire.",
    };
}
