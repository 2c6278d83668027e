using System.Security.Claims;
using System.Text.Encodings.Web;
using Handstamp.Identity.Sessions;
using Handstamp.Identity.Users;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Handstamp.Identity.Tokens;

/// <summary>
/// The scheme <see cref="IdentityConstants.BearerScheme"/> with our tokens. A request is authenticated from its token and from memory. A
/// sign-in begins a session and writes its tokens as <c>MapIdentityApi</c> writes its own; a sign-out ends the session of the caller.
/// </summary>
sealed class TokenHandler<TUser>(
    IOptionsMonitor<BearerTokenOptions> options, ILoggerFactory loggers, UrlEncoder encoder, UnknownKeys unknown, EndedSessions ended,
    IdentitySessions<TUser> sessions, UserManager<TUser> users, IOptions<HandstampOptions> service, IOptions<IdentityOptions> identity,
    TimeProvider clock) : SignInAuthenticationHandler<BearerTokenOptions>(options, loggers, encoder) where TUser : class
{
    const string Bearer = BearerChallenge.Scheme + " ";

    ClaimsIdentityOptions Types => identity.Value.ClaimsIdentity;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // The app's own events may find the token elsewhere, such as in the query of a WebSocket.
        var received = new MessageReceivedContext(Context, Scheme, Options);
        await ((BearerTokenEvents)Events!).MessageReceivedAsync(received);
        if (received.Result is { } decided) return decided;
        if ((received.Token ?? TokenInHeader()) is not { } text) return AuthenticateResult.NoResult();
        var rules = new AccessTokenRules { Issuer = service.Value.Issuer, Audiences = [service.Value.TokenAudiences[0]] };
        var outcome = await unknown.VerifyAsync(text.AsMemory().Trim(), rules, clock.Now());
        if (outcome is not AccessTokenOutcome.Verified { Token: var token }) return AuthenticateResult.Fail("The access token is not valid.");
        // Such a token needs a proof, which this scheme does not read.
        if (token.KeyThumbprint is not null) return AuthenticateResult.Fail("The access token is bound to a key.");
        if (ended.Has(token)) return AuthenticateResult.Fail("The session has ended.");
        var caller = new ClaimsPrincipal(UserClaims.ToIdentity(token, Types, Scheme.Name));
        return AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name));
    }

    string? TokenInHeader()
    {
        var header = Request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..] : null;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.Append(HeaderNames.WWWAuthenticate, BearerChallenge.Scheme);
        return base.HandleChallengeAsync(properties);
    }

    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        var person = await users.GetUserAsync(user) ?? throw new InvalidOperationException("The principal is no user of the app.");
        var request = new SessionRequest(await MethodsAsync(user, person))
        {
            // What was verified is what must still hold.
            SecurityStamp = user.FindFirstValue(Types.SecurityStampClaimType),
        };
        if (await sessions.BeginAsync(person, request, Origin.Of(Context)) is LoginOutcome.Begun { Reading: var reading })
            await WriteAsync(Context, sessions.Issue(reading));
        else
            await Results.Problem(statusCode: StatusCodes.Status401Unauthorized, detail: "Failed").ExecuteAsync(Context);
    }

    // How the person has logged in is what the sign-in has added to the user's own claims, which may have the same name.
    async Task<IReadOnlyList<string>> MethodsAsync(ClaimsPrincipal user, TUser person)
    {
        var methods = user.FindAll(UserClaims.Method).Select(claim => claim.Value).ToList();
        var own = await Context.RequestServices.GetRequiredService<IUserClaimsPrincipalFactory<TUser>>().CreateAsync(person);
        foreach (var claim in own.FindAll(UserClaims.Method)) methods.Remove(claim.Value);
        return methods;
    }

    protected override Task HandleSignOutAsync(AuthenticationProperties? properties) => sessions.EndAsync(Context.User, Origin.Of(Context));

    /// <summary>Writes the tokens as <c>MapIdentityApi</c> does.</summary>
    public static Task WriteAsync(HttpContext context, IssuedTokens tokens)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new AccessTokenResponse
            {
                AccessToken = tokens.AccessToken,
                ExpiresIn = (long)tokens.ExpiresIn.TotalSeconds,
                RefreshToken = tokens.RefreshToken.Encode(),
            }, context.RequestAborted);
    }
}
