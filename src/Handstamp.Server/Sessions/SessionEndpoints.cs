using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>The routes of the sessions, and the services behind them.</summary>
static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var login = services.GetRequiredService<Login>();
        var refresh = services.GetRequiredService<Refresh>();
        var endRefresh = services.GetRequiredService<EndRefresh>();
        var logout = services.GetRequiredService<Logout>();
        var changePassword = services.GetRequiredService<ChangePassword>();
        var devices = services.GetRequiredService<Devices>();
        var revocations = services.GetRequiredService<Revocations>();

        routes.MapPost("/login", login.HandleAsync);
        routes.MapPost("/refresh", refresh.HandleAsync);
        routes.MapDelete("/refresh", endRefresh.HandleAsync);
        routes.MapPost("/logout", logout.HandleAsync).RequireCaller();
        routes.MapPost("/logout/all", logout.HandleAllAsync).RequireCaller();
        routes.MapPost("/password/change", changePassword.HandleAsync).RequireCaller();
        routes.MapGet("/sessions", devices.ListAsync).RequireCaller();
        routes.MapPatch("/sessions/{id}", devices.RenameAsync).RequireCaller();
        routes.MapDelete("/sessions/{id}", devices.EndAsync).RequireCaller();
        routes.MapGet("/revocations", revocations.HandleAsync);
    }

    public static void AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton<TokenIssuer>();
        services.TryAddSingleton<TokenAnswer>();
        services.TryAddSingleton<RefreshCookie>();
        services.TryAddSingleton<RefreshTokenSource>();
        services.TryAddSingleton<SessionRotation>();
        services.TryAddSingleton<SessionEnder>();
        services.TryAddSingleton<SessionRenamer>();
        services.TryAddSingleton<ContentionWatch>();
        services.TryAddSingleton(provider =>
            new HaltWatch(TimeProvider.System, provider.GetRequiredService<IOptions<SessionOptions>>()));
        services.TryAddSingleton<ProofGate>();
        services.TryAddSingleton<ICallerGate, AccessGate>();
        services.TryAddSingleton<SessionLogin>();
        services.TryAddSingleton<Login>();
        services.TryAddSingleton<Refresh>();
        services.TryAddSingleton<EndRefresh>();
        services.TryAddSingleton<Logout>();
        services.TryAddSingleton<ChangePassword>();
        services.TryAddSingleton<FormerLogin>();
        services.TryAddSingleton<Devices>();
        services.TryAddSingleton<FeedEpoch>();
        services.TryAddSingleton<FollowerPlaces>();
        services.TryAddSingleton<SignedEvents>();
        services.TryAddSingleton<ResourceServerGate>();
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<RevocationFeed>();
        services.AddSingleton<IEventListener>(provider => provider.GetRequiredService<RevocationFeed>());
        services.TryAddSingleton<SessionSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RevocationFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<SessionSweeper>());
    }
}
