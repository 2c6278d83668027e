using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Login;

/// <summary>
/// <c>POST /login</c>: a password, and a second factor if there is one. The scheme that signs in answers: with tokens, or
/// with the cookie of Identity.
/// </summary>
static class LogIn<TUser> where TUser : class
{
    public static async Task<Results<Ok<AccessTokenResponse>, EmptyHttpResult, ProblemHttpResult>> HandleAsync(
        [FromBody] LoginRequest body, [FromQuery] bool? useCookies, [FromQuery] bool? useSessionCookies, [FromServices] SignInManager<TUser> signIn,
        [FromServices] OwnCookie<TUser> cookie)
    {
        if (await RefuseCookieAsync(useCookies, useSessionCookies, cookie) is { } noCookie) return noCookie;
        var isPersistent = signIn.AnswerWith(useCookies, useSessionCookies);
        var result = await signIn.PasswordSignInAsync(body.Email, body.Password, isPersistent, lockoutOnFailure: true);
        if (result.RequiresTwoFactor) result = await SecondFactorAsync(signIn, body, isPersistent) ?? result;
        return result.Succeeded ? TypedResults.Empty : Refuse(result);
    }

    /// <summary>The answer to a caller that wants a cookie in an app that has none.</summary>
    public static async Task<ProblemHttpResult?> RefuseCookieAsync(bool? useCookies, bool? useSessionCookies, OwnCookie<TUser> cookie) =>
        (useCookies == true || useSessionCookies == true) && !await cookie.IsOfferedAsync()
            ? TypedResults.Problem("This app logs in with tokens only.", statusCode: StatusCodes.Status400BadRequest)
            : null;

    /// <summary>The name of the result is the detail, as in MapIdentityApi: Failed, LockedOut, NotAllowed or RequiresTwoFactor.</summary>
    public static ProblemHttpResult Refuse(Microsoft.AspNetCore.Identity.SignInResult result) =>
        TypedResults.Problem(result.ToString(), statusCode: StatusCodes.Status401Unauthorized);

    static async Task<Microsoft.AspNetCore.Identity.SignInResult?> SecondFactorAsync(SignInManager<TUser> signIn, LoginRequest body, bool isPersistent)
    {
        if (!string.IsNullOrEmpty(body.TwoFactorCode))
            return await signIn.TwoFactorAuthenticatorSignInAsync(body.TwoFactorCode, isPersistent, rememberClient: isPersistent);
        return string.IsNullOrEmpty(body.TwoFactorRecoveryCode) ? null : await signIn.TwoFactorRecoveryCodeSignInAsync(body.TwoFactorRecoveryCode);
    }
}

/// <summary>With what a login is answered.</summary>
static class LoginAnswers
{
    /// <summary>Chooses the scheme; true if its cookie outlives the browser.</summary>
    public static bool AnswerWith<TUser>(this SignInManager<TUser> signIn, bool? useCookies, bool? useSessionCookies) where TUser : class
    {
        var cookie = useCookies == true || useSessionCookies == true;
        signIn.AuthenticationScheme = cookie ? IdentityConstants.ApplicationScheme : IdentityConstants.BearerScheme;
        return useCookies == true && useSessionCookies != true;
    }
}
