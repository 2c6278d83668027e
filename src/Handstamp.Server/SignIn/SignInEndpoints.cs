using Handstamp.Server.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.SignIn;

/// <summary>The routes of signing in.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        routes.MapPost("/login", services.GetRequiredService<Login>().HandleAsync);
        routes.MapPost("/login/mfa", services.GetRequiredService<LoginMfa>().HandleAsync);
    }
}
