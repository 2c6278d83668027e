using System.Security.Claims;
using Handstamp.Identity.Api;
using Handstamp.Identity.Login;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using SignInResult = Microsoft.AspNetCore.Identity.SignInResult;

namespace Handstamp.Identity.Passkeys;

/// <summary>
/// <c>POST /passkeys/requestOptions</c> and <c>POST /passkeys/login</c>. The challenge is in a cookie of Identity between
/// the two. A passkey is both factors.
/// </summary>
static class PasskeyLogin<TUser> where TUser : class
{
    /// <summary>
    /// The options name no credential: a list would say which address has an account. So only a passkey that the browser
    /// finds by itself logs in.
    /// </summary>
    public static async Task<ContentHttpResult> OptionsAsync([FromBody] PasskeyRequestOptionsRequest body, [FromServices] SignInManager<TUser> signIn) =>
        TypedResults.Content(await signIn.MakePasskeyRequestOptionsAsync(user: null), "application/json");

    public static async Task<Results<Ok<AccessTokenResponse>, EmptyHttpResult, ProblemHttpResult>> HandleAsync(
        [FromBody] PasskeyLoginRequest body, [FromQuery] bool? useCookies, [FromQuery] bool? useSessionCookies, [FromServices] SignInManager<TUser> signIn,
        [FromServices] OwnCookie<TUser> cookie, [FromServices] UsedChallenges challenges)
    {
        if (await LogIn<TUser>.RefuseCookieAsync(useCookies, useSessionCookies, cookie) is { } noCookie) return noCookie;
        var credential = Credentials.TextOf(body.Credential);
        // Without verification of the user, a passkey would be one factor.
        if (await AssertAsync(signIn, credential) is not { Succeeded: true } assertion || !Credentials.HasVerifiedUser(credential))
            return LogIn<TUser>.Refuse(SignInResult.Failed);
        var (user, passkey) = (assertion.User, assertion.Passkey);
        if (await RefuseAsync(signIn, user) is { } refused) return LogIn<TUser>.Refuse(refused);
        if (!await challenges.TryUseAsync(signIn.Context, credential)) return LogIn<TUser>.Refuse(SignInResult.Failed);
        if (await KeepAsync(signIn, user, passkey) is not { Succeeded: true }) return LogIn<TUser>.Refuse(SignInResult.Failed);

        var isPersistent = signIn.AnswerWith(useCookies, useSessionCookies);
        await signIn.SignInWithClaimsAsync(user, isPersistent, MethodsOf(passkey));
        return TypedResults.Empty;
    }

    static Task<PasskeyAssertionResult<TUser>?> AssertAsync(SignInManager<TUser> signIn, string credential) =>
        Ceremonies.RunAsync(() => signIn.PerformPasskeyAssertionAsync(credential));

    static async Task<SignInResult?> RefuseAsync(SignInManager<TUser> signIn, TUser user)
    {
        if (!await signIn.CanSignInAsync(user)) return SignInResult.NotAllowed;
        return await signIn.UserManager.IsLockedOutAsync(user) ? SignInResult.LockedOut : null;
    }

    // Its counter, if the passkey was not removed at this moment.
    static Task<IdentityResult?> KeepAsync(SignInManager<TUser> signIn, TUser user, UserPasskeyInfo passkey) => signIn.Context.UnlessOvertakenAsync<TUser>(
        () => signIn.UserManager.AddOrUpdatePasskeyAsync(user, passkey), others => others.IsGoneAsync(passkey));

    // RFC 8176 §2: a passkey that can be synced is kept in software, also before it is.
    static Claim[] MethodsOf(UserPasskeyInfo passkey) => [new("amr", passkey.IsBackupEligible ? "swk" : "hwk"), new("amr", "user")];
}
