using System.Security.Claims;
using Handstamp.Floor;
using Microsoft.AspNetCore.Authentication;

namespace Handstamp.Verifier;

/// <summary>
/// The minimum for a scheme behind routing and <c>RequireAuthorization</c>: one look-up, or one signature, and a
/// principal for the request with one claim.
/// </summary>
sealed class FloorHandler(TokenCheck tokens) : IAuthenticationHandler
{
    public const string Scheme = "floor";

    HttpContext _context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(tokens.IsGood(_context.Request)
        ? AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity([new("sub", "somebody")], Scheme)), Scheme))
        : AuthenticateResult.NoResult());

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        _context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        _context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
