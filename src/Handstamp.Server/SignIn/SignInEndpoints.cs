using Handstamp.Server.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.SignIn;

/// <summary>The routes of signing in.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/login", routes.ServiceProvider.GetRequiredService<Login>().HandleAsync);
}
