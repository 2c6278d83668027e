using Handstamp.Bearer;
using Handstamp.Bearer.Dpop;
using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.Bearer.Verification;
using Handstamp.Bearer.WrongDoor;
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
    /// query or the body), under the scheme <see cref="HandstampBearerDefaults.AuthenticationScheme"/>; and adds the
    /// health check <see cref="HandstampBearerDefaults.HealthCheck"/>.
    /// <para>
    /// Of each token it checks form, type, signature, issuer, audience and times (RFC 9068 §4), and that its session
    /// was not revoked, as far as the revocation feed has told: within a second while it is followed; while it is
    /// lost, <see cref="HandstampBearerOptions.OnFeedLost"/> counts, and by default revocations are NOT noticed until
    /// the token expires.
    /// </para>
    /// <para>
    /// This does NOT check what the caller may do: <c>scope</c> and <c>roles</c> are for policies, with
    /// <see cref="ScopePolicyExtensions.RequireScope"/> and <c>RequireRole</c>.
    /// </para>
    /// <para>
    /// A token that is bound to a key has to come as <c>Authorization: DPoP …</c> with a proof by the key (RFC 9449 §7),
    /// for this API's own address, <see cref="HandstampBearerOptions.PublicOrigin"/>, which is accepted once. Each process
    /// remembers the proofs it has accepted; what several processes share is an <see cref="IDpopReplayStore"/> that the
    /// application registers.
    /// </para>
    /// <para>
    /// The claims keep the token's names, without mapping; <c>scope</c> is one claim for each scope. The subject is
    /// also the <see cref="System.Security.Claims.ClaimTypes.NameIdentifier"/> and <c>Identity.Name</c>; <c>roles</c>
    /// are what <c>IsInRole</c> asks.
    /// </para>
    /// <para>
    /// The application starts whether or not the issuer answers. A token that arrives before the issuer's keys ever did
    /// is answered with 503 and <c>Retry-After</c>: nothing is known against it. Keys once loaded stay in use.
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
