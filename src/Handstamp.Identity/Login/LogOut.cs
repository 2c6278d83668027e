using System.Security.Claims;
using Handstamp.Identity.Sessions;
using Handstamp.Server.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Login;

/// <summary>
/// The body of <c>POST /logout</c>, for clients whose access token has expired. Callers with a token need none, and callers with a cookie
/// an empty one.
/// </summary>
sealed class LogoutRequest
{
    public string? RefreshToken { get; init; }
}

/// <summary><c>POST /logout</c>: ends the session of the access token, or of the refresh token, and takes the cookie back.</summary>
static class LogOut<TUser> where TUser : class
{
    public static async Task<Results<Ok, BadRequest, ChallengeHttpResult>> HandleAsync(
        ClaimsPrincipal caller, [FromBody] LogoutRequest? body, HttpContext context,
        [FromServices] IdentitySessions<TUser> sessions, [FromServices] OwnCookie<TUser> cookie)
    {
        if (body?.RefreshToken is { } token)
        {
            // Whether it was one is not said: it is none any more.
            await sessions.EndAsync(token, Origin.Of(context));
        }
        else if (caller.Identity?.IsAuthenticated != true)
        {
            return TypedResults.Challenge(properties: null, [IdentityConstants.BearerScheme]);
        }
        else if (body is null && caller.SessionId() is null)
        {
            // A page of any host of the same site can send the cookie, but JSON only if the app's CORS lets it.
            return TypedResults.BadRequest();
        }
        await sessions.EndAsync(caller, Origin.Of(context));
        await cookie.TakeBackAsync();
        return TypedResults.Ok();
    }
}
