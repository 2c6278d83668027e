using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>The services of the sessions.</summary>
static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSessionEngine();
        services.TryAddSingleton<IReuseNotices, MailedReuseNotices>();
        services.TryAddSingleton<TokenAnswer>();
        services.TryAddSingleton<RefreshCookie>();
        services.TryAddSingleton<RefreshTokenSource>();
        services.TryAddSingleton<RecentLogin>();
        services.TryAddSingleton<ICallerGate, AccessGate>();
        services.TryAddSingleton<LoginOperations>();
        services.TryAddSingleton<PasswordOperations>();
        services.TryAddSingleton<Refresh>();
        services.TryAddSingleton<EndRefresh>();
        services.TryAddSingleton<Logout>();
        services.TryAddSingleton<ChangePassword>();
        services.TryAddSingleton<FormerLogin>();
        services.TryAddSingleton<Devices>();
        services.TryAddSingleton<DeleteAccount>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPersonalData, SessionData>());
        services.TryAddSingleton<MovedSessionSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<MovedSessionSweeper>());
    }

    /// <summary>What sessions need without accounts: the two tokens, the rotation, the end, and the feed.</summary>
    public static void AddSessionEngine(this IServiceCollection services)
    {
        services.TryAddSingleton<TokenIssuer>();
        services.TryAddSingleton<RefreshTokenReader>();
        services.TryAddSingleton<SessionRotation>();
        services.TryAddSingleton<SessionOperations>();
        services.TryAddSingleton<SharingWatch>();
        services.TryAddSingleton(provider =>
            new HaltWatch(TimeProvider.System, provider.GetRequiredService<IOptions<SessionOptions>>()));
        services.TryAddSingleton<ProofGate>();
        services.TryAddSingleton<FeedEpoch>();
        services.TryAddSingleton<FollowerPlaces>();
        services.TryAddSingleton<SignedEvents>();
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<RevocationFeed>();
        services.AddSingleton<IEventListener>(provider => provider.GetRequiredService<RevocationFeed>());
        services.TryAddSingleton<SessionSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<SessionSweeper>());
    }
}
