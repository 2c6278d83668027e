using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Sessions;

/// <summary>The routes of the sessions.</summary>
static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var refresh = services.GetRequiredService<Refresh>();
        var endRefresh = services.GetRequiredService<EndRefresh>();
        var logout = services.GetRequiredService<Logout>();
        var changePassword = services.GetRequiredService<ChangePassword>();
        var devices = services.GetRequiredService<Devices>();
        var revocations = services.GetRequiredService<Revocations>();

        routes.MapPost("/refresh", refresh.HandleAsync);
        routes.MapDelete("/refresh", endRefresh.HandleAsync);
        routes.MapPost("/logout", logout.HandleAsync).RequireFirstParty();
        routes.MapPost("/logout/all", logout.HandleAllAsync).RequireFirstParty();
        routes.MapPost("/password/change", changePassword.HandleAsync).RequireFirstParty();
        routes.MapGet("/sessions", devices.ListAsync).RequireFirstParty();
        routes.MapPatch("/sessions/{id}", devices.RenameAsync).RequireFirstParty();
        routes.MapDelete("/sessions/{id}", devices.EndAsync).RequireFirstParty();
        routes.MapDelete("/me", services.GetRequiredService<DeleteAccount>().HandleAsync).RequireRecentLogin();
        routes.MapGet("/revocations", revocations.HandleAsync);
    }
}
