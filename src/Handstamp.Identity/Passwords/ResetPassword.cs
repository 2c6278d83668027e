using Handstamp.Identity.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Passwords;

/// <summary>
/// <c>POST /resetPassword</c>: a new password for a code by mail. Unknown and unconfirmed addresses are refused as a
/// wrong code is.
/// </summary>
static class ResetPassword<TUser> where TUser : class
{
    public static async Task<Results<Ok, ValidationProblem>> HandleAsync(
        [FromBody] ResetPasswordRequest body, [FromServices] UserManager<TUser> users)
    {
        var user = await users.FindByEmailAsync(body.Email);
        if (user is null || !await users.IsEmailConfirmedAsync(user) || !EmailedCode.TryDecode(body.ResetCode, out var code))
            return ValidationProblems.Of(users.ErrorDescriber.InvalidToken());

        var reset = await users.ResetPasswordAsync(user, code, body.NewPassword);
        return reset.Succeeded ? TypedResults.Ok() : ValidationProblems.Of(reset);
    }
}
