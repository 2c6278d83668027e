using Handstamp.Server.Http;
using Handstamp.Server.SignIn.Former;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.SignIn;

/// <summary>The routes of signing in.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        routes.MapGet("/challenge", services.GetRequiredService<ChallengeGate>().HandleAsync);
        routes.MapPost("/login", services.GetRequiredService<Login>().HandleAsync);
        var byMail = services.GetRequiredService<LoginByMail>();
        routes.MapPost("/login/code/request", byMail.RequestAsync);
        routes.MapPost("/login/code", byMail.HandleCodeAsync);
        routes.MapPost("/login/link", byMail.HandleLinkAsync);
        routes.MapPost("/login/mfa", services.GetRequiredService<LoginMfa>().HandleAsync);
        routes.MapPost("/login/mfa/totp", services.GetRequiredService<EnrolAtLogin>().HandleAsync);
        routes.MapPost("/login/restore", services.GetRequiredService<LoginRestore>().HandleAsync);
        routes.MapPost("/login/former", services.GetRequiredService<LoginFormer>().HandleAsync);
        routes.MapPost("/reauthenticate", services.GetRequiredService<Reauthenticate>().HandleAsync).RequireFirstParty();

        var passkey = services.GetRequiredService<PasskeyLogin>();
        routes.MapPost("/login/passkey/options", passkey.BeginAsync);
        routes.MapPost("/login/passkey", passkey.HandleAsync);
        routes.MapPost("/login/mfa/options", passkey.BeginSecondAsync);
    }
}
