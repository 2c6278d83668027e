using System.Security.Claims;
using Handstamp.Identity.Api;
using Handstamp.Identity.Login;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Account;

/// <summary>
/// <c>POST /manage/2fa</c>: shows the second factor, switches it on and off, and replaces its key and its recovery codes.
/// </summary>
static class ChangeTwoFactor<TUser> where TUser : class
{
    const int RecoveryCodes = 10;

    public static async Task<Results<Ok<TwoFactorResponse>, ValidationProblem, NotFound>> HandleAsync(
        ClaimsPrincipal caller, [FromBody] TwoFactorRequest body, [FromServices] SignInManager<TUser> signIn, [FromServices] OwnCookie<TUser> cookie)
    {
        var users = signIn.UserManager;
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        if (body.Enable == true && await RefuseAsync(users, user, body) is { } refused) return refused;

        var changes = body.Enable is not null || body.ResetSharedKey || string.IsNullOrEmpty(await users.GetAuthenticatorKeyAsync(user));
        var goesOn = changes && await cookie.GoesOnAsync(caller);
        var switched = await SwitchAsync(users, user, body);
        if (!switched.Succeeded) return ValidationProblems.Of(switched);
        var codes = await NewCodesAsync(users, user, body);
        if (body.ForgetMachine) await signIn.ForgetTwoFactorClientAsync();
        var answer = await ShowAsync(signIn, user, codes);
        // Also the first question changes the stamp: it makes the key.
        if (goesOn) await cookie.RenewAsync(user);
        return TypedResults.Ok(answer);
    }

    static async Task<ValidationProblem?> RefuseAsync(UserManager<TUser> users, TUser user, TwoFactorRequest body)
    {
        if (body.ResetSharedKey)
            return ValidationProblems.Of("CannotResetSharedKeyAndEnable", "A new key switches the second factor off, until a code of the new key is sent.");
        if (string.IsNullOrEmpty(body.TwoFactorCode))
            return ValidationProblems.Of("RequiresTwoFactor", "To switch the second factor on, send a code of it.");
        return await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, body.TwoFactorCode)
            ? null
            : ValidationProblems.Of("InvalidTwoFactorCode", "The code is wrong. To switch the second factor on, send a code of it.");
    }

    static async Task<IdentityResult> SwitchAsync(UserManager<TUser> users, TUser user, TwoFactorRequest body)
    {
        if ((body.Enable ?? (body.ResetSharedKey ? false : null)) is { } enable
            && await users.SetTwoFactorEnabledAsync(user, enable) is { Succeeded: false } refused) return refused;
        return body.ResetSharedKey ? await users.ResetAuthenticatorKeyAsync(user) : IdentityResult.Success;
    }

    static async Task<string[]?> NewCodesAsync(UserManager<TUser> users, TUser user, TwoFactorRequest body) =>
        body.ResetRecoveryCodes || (body.Enable == true && await users.CountRecoveryCodesAsync(user) == 0)
            ? (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes))?.ToArray()
            : null;

    static async Task<TwoFactorResponse> ShowAsync(SignInManager<TUser> signIn, TUser user, string[]? codes)
    {
        var users = signIn.UserManager;
        return new()
        {
            SharedKey = await KeyOfAsync(users, user),
            RecoveryCodes = codes,
            RecoveryCodesLeft = codes?.Length ?? await users.CountRecoveryCodesAsync(user),
            IsTwoFactorEnabled = await users.GetTwoFactorEnabledAsync(user),
            IsMachineRemembered = await signIn.IsTwoFactorClientRememberedAsync(user),
        };
    }

    static async Task<string> KeyOfAsync(UserManager<TUser> users, TUser user)
    {
        if (await users.GetAuthenticatorKeyAsync(user) is { Length: > 0 } key) return key;
        await users.ResetAuthenticatorKeyAsync(user);
        return await users.GetAuthenticatorKeyAsync(user) ?? throw new NotSupportedException("The store of users keeps no authenticator keys.");
    }
}
