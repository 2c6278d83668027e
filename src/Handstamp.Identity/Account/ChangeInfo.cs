using System.Security.Claims;
using Handstamp.Identity.Api;
using Handstamp.Identity.Emails;
using Handstamp.Identity.Login;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Account;

/// <summary><c>POST /manage/info</c>: a new password, if the old one is known; a link to a new address.</summary>
sealed class ChangeInfo<TUser>(ConfirmationLinks<TUser> links) where TUser : class
{
    public async Task<Results<Ok<InfoResponse>, ValidationProblem, NotFound>> HandleAsync(
        ClaimsPrincipal caller, [FromBody] InfoRequest body, HttpContext context, [FromServices] UserManager<TUser> users,
        [FromServices] OwnCookie<TUser> cookie)
    {
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        if (!string.IsNullOrEmpty(body.NewEmail) && !EmailAddresses.IsValid(body.NewEmail))
            return ValidationProblems.Of(users.ErrorDescriber.InvalidEmail(body.NewEmail));
        if (!string.IsNullOrEmpty(body.NewPassword))
        {
            var goesOn = await cookie.GoesOnAsync(caller);
            if (await ChangePasswordAsync(users, user, body) is { } refused) return refused;
            if (goesOn) await cookie.RenewAsync(user);
        }
        if (!string.IsNullOrEmpty(body.NewEmail) && body.NewEmail != await users.GetEmailAsync(user))
            await links.SendChangeAsync(context, users, user, body.NewEmail);
        return TypedResults.Ok(await ShowInfo<TUser>.OfAsync(users, user));
    }

    static async Task<ValidationProblem?> ChangePasswordAsync(UserManager<TUser> users, TUser user, InfoRequest body)
    {
        if (string.IsNullOrEmpty(body.OldPassword))
            return ValidationProblems.Of("OldPasswordRequired", "A new password needs the old one. If it is forgotten, use /resetPassword.");
        var changed = await users.ChangePasswordAsync(user, body.OldPassword, body.NewPassword!);
        return changed.Succeeded ? null : ValidationProblems.Of(changed);
    }
}
