using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Rivals;

sealed record NewAccount(string Email, string Password);

/// <summary>The pass-through endpoint as OpenIddict's samples have it, for passwords and refresh tokens.</summary>
static class TokenEndpoint
{
    const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static async Task<IResult> RegisterAsync(NewAccount account, UserManager<IdentityUser> users)
    {
        var user = new IdentityUser { UserName = account.Email, Email = account.Email };
        var created = await users.CreateAsync(user, account.Password);
        return created.Succeeded ? Results.Ok() : Results.BadRequest(created.ToString());
    }

    public static async Task<IResult> ExchangeAsync(HttpContext context, UserManager<IdentityUser> users)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var principal = request.IsPasswordGrantType()
            ? await LoginAsync(request, users)
            : (await context.AuthenticateAsync(Scheme)).Principal;
        return principal is null
            ? Results.Forbid(authenticationSchemes: [Scheme])
            : Results.SignIn(principal, authenticationScheme: Scheme);
    }

    static async Task<ClaimsPrincipal?> LoginAsync(OpenIddictRequest request, UserManager<IdentityUser> users)
    {
        var user = await users.FindByNameAsync(request.Username!);
        if (user is null || !await users.CheckPasswordAsync(user, request.Password!)) return null;

        var identity = new ClaimsIdentity("bench", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Id).SetClaim(Claims.Email, user.Email);
        identity.SetScopes(request.GetScopes());
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }
}
