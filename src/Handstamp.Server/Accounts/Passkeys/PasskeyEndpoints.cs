using Handstamp.Server.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>The routes of the passkeys. Those that log in are beside the login.</summary>
static class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var own = services.GetRequiredService<PasskeyRoutes>();
        routes.MapPost("/passkeys/options", own.BeginAsync).RequireRecentLogin();
        routes.MapPost("/passkeys", own.AddAsync).RequireFirstParty();
        routes.MapGet("/passkeys", own.ListAsync).RequireFirstParty();
        routes.MapPatch("/passkeys/{id}", own.RenameAsync).RequireFirstParty();
        routes.MapDelete("/passkeys/{id}", own.RemoveAsync).RequireRecentLogin();

        var documents = services.GetRequiredService<WellKnownPasskeys>();
        routes.MapGet("/.well-known/assetlinks.json", documents.AndroidAsync);
        routes.MapGet("/.well-known/apple-app-site-association", documents.AppleAsync);
        routes.MapGet("/.well-known/webauthn", documents.OriginsAsync);
    }
}
