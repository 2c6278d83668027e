using System.Text.Encodings.Web;
using Handstamp.Identity.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Passwords;

/// <summary><c>POST /forgotPassword</c>: a code by mail, if the address is confirmed. The answer is always the same.</summary>
static class ForgotPassword<TUser> where TUser : class
{
    // The type names an answer that is never given, as MapIdentityApi does: generated clients stay the same.
    public static async Task<Results<Ok, ValidationProblem>> HandleAsync(
        [FromBody] ForgotPasswordRequest body, [FromServices] UserManager<TUser> users, [FromServices] IEmailSender<TUser> mails)
    {
        if (await users.FindByEmailAsync(body.Email) is { } user && await users.IsEmailConfirmedAsync(user))
        {
            var code = EmailedCode.Encode(await users.GeneratePasswordResetTokenAsync(user));
            await mails.SendPasswordResetCodeAsync(user, body.Email, HtmlEncoder.Default.Encode(code));
        }
        return TypedResults.Ok();
    }
}
