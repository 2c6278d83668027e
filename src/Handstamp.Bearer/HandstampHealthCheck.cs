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
            return HealthCheckResult.Unhealthy("The issuer's keys have not been loaded: no token can be verified.");

        var state = feed.State;
        if (state == FeedState.Following)
            return HealthCheckResult.Healthy("The revocation feed is followed.");

        var description = $"{Explain(state)} {Consequence(options.Value.OnFeedLost)}";
        return options.Value.OnFeedLost == FeedLossPolicy.Refuse
            ? HealthCheckResult.Unhealthy(description)
            : HealthCheckResult.Degraded(description);
    }

    static string Explain(FeedState state) => state switch
    {
        FeedState.Connecting => "The revocation feed has not been caught up with yet.",
        FeedState.Refused => "The issuer does not let this API follow the revocation feed: it needs a credential.",
        FeedState.NotOffered => "The issuer offers no revocation feed.",
        FeedState.Untrusted => "The revocation feed holds an event that can not be verified.",
        _ => "The revocation feed is lost.",
    };

    static string Consequence(FeedLossPolicy policy) => policy switch
    {
        FeedLossPolicy.Introspect => "The issuer is asked about each token.",
        FeedLossPolicy.Refuse => "Tokens are refused until it is back.",
        _ => "Tokens are accepted until they expire.",
    };
}
