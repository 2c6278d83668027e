using Handstamp.Bearer;
using Handstamp.Bearer.Dpop;
using Handstamp.Bearer.ExposedTokens;
using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.Bearer.Verification;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the verification of Handstamp's access tokens to an API.</summary>
public static class HandstampBearerExtensions
{
    /// <summary>
    /// Accepts the access tokens of the issuer at <paramref name="authority"/>, sent as
    /// <c>Authorization: Bearer …</c> (RFC 6750 §2.1; never in the query or the body).
    /// </summary>
    /// <inheritdoc cref="AddHandstampBearer(AuthenticationBuilder, Action{HandstampBearerOptions})"/>
    public static AuthenticationBuilder AddHandstampBearer(this AuthenticationBuilder builder, string authority) =>
        builder.AddHandstampBearer(options => options.Authority = authority);

    /// <summary>
    /// Accepts the access tokens of one issuer, sent as <c>Authorization: Bearer …</c> (RFC 6750 §2.1; never in the
    /// query or the body), under the scheme <see cref="HandstampBearerDefaults.AuthenticationScheme"/>. Also adds the
    /// health check <see cref="HandstampBearerDefaults.HealthCheck"/>.
    /// <para>
    /// It checks each token's format, type, signature, issuer, audience and times (RFC 9068 §4), and that the
    /// revocation feed has not named its session. While the API follows the feed, a revocation arrives within a
    /// second. While the feed is lost, <see cref="HandstampBearerOptions.OnFeedLost"/> applies. By default revocations
    /// are then NOT noticed until the token expires.
    /// </para>
    /// <para>
    /// This does NOT check what the caller may do. Check <c>scope</c> and <c>roles</c> with policies:
    /// <see cref="ScopePolicyExtensions.RequireScope"/> and <c>RequireRole</c>.
    /// </para>
    /// <para>
    /// A token that is bound to a key has to come as <c>Authorization: DPoP …</c> with a proof made with that key (RFC
    /// 9449 §7), for this API's own address, <see cref="HandstampBearerOptions.PublicOrigin"/>. Each proof is accepted
    /// once. Each process remembers the proofs it has accepted. To share them between processes, the application
    /// registers an <see cref="IDpopReplayStore"/>.
    /// </para>
    /// <para>
    /// The claims keep the token's names, without mapping. Each scope in <c>scope</c> is a claim of its own. The
    /// subject is also the <see cref="System.Security.Claims.ClaimTypes.NameIdentifier"/> and <c>Identity.Name</c>.
    /// <c>IsInRole</c> uses <c>roles</c>.
    /// </para>
    /// <para>
    /// The application starts even if the issuer does not answer. Until the issuer's keys have been loaded for the
    /// first time, tokens are answered with 503 and <c>Retry-After</c>, because nothing is known against them. Once
    /// loaded, keys stay in use.
    /// </para>
    /// </summary>
    public static AuthenticationBuilder AddHandstampBearer(
        this AuthenticationBuilder builder, Action<HandstampBearerOptions> configure)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<HandstampBearerOptions, HandstampBearerOptionsValidator>()
            .Configure(configure);
        services.Configure<AuthenticationOptions>(options => options.AddScheme<BearerHandler>(
            HandstampBearerDefaults.AuthenticationScheme, HandstampBearerDefaults.AuthenticationScheme));
        services.AddHealthChecks().AddCheck<HandstampHealthCheck>(HandstampBearerDefaults.HealthCheck);
        AddParts(services);
        return builder;
    }

    static void AddParts(IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BearerMetrics>();
        services.AddSingleton<IssuerClient>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<FeedStatus>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton(static provider => new RememberedTokens(
            provider.GetRequiredService<IOptions<HandstampBearerOptions>>().Value.MaxRememberedTokens));
        services.AddSingleton<TokenJudge>();
        services.TryAddSingleton<IDpopReplayStore>(
            static provider => new ReplayMemory(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<OwnOrigins>();
        services.AddSingleton<ProofJudge>();
        services.AddSingleton<Sightings>();
        services.AddSingleton<ExposedTokenReporter>();
        services.AddSingleton<RefreshTokenWatch>();
        services.AddTransient<BearerHandler>();
        services.AddHostedService<KeyRefresher>();
        services.AddHostedService<FeedFollower>();
        services.AddHostedService(static provider => provider.GetRequiredService<ExposedTokenReporter>());
    }
}
