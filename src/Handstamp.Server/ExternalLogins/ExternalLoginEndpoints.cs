using Handstamp.Server.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.ExternalLogins;

/// <summary>The routes of external logins.</summary>
static class ExternalLoginEndpoints
{
    public static void MapExternalLogins(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var login = services.GetRequiredService<LoginExternal>();
        var own = services.GetRequiredService<OwnExternalLogins>();

        routes.MapPost("/login/external/start", login.StartAsync);
        routes.MapPost("/login/external", login.HandleAsync);
        routes.MapGet("/external-logins", own.ListAsync).RequireFirstParty();
        routes.MapPost("/external-logins/start", own.StartAsync).RequireRecentLogin();
        // The visit itself may take some minutes. It could only begin with a recent login.
        routes.MapPost("/external-logins", own.LinkAsync).RequireFirstParty();
        routes.MapDelete("/external-logins/{id}", own.UnlinkAsync).RequireRecentLogin();
    }
}
