using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Emails;

/// <summary><c>POST /resendConfirmationEmail</c>: an unknown address gets the same answer and no mail.</summary>
sealed class ResendConfirmationEmail<TUser>(ConfirmationLinks<TUser> links) where TUser : class
{
    public async Task<Ok> HandleAsync(
        [FromBody] ResendConfirmationEmailRequest body, HttpContext context, [FromServices] UserManager<TUser> users)
    {
        if (await users.FindByEmailAsync(body.Email) is { } user) await links.SendAsync(context, users, user, body.Email);
        return TypedResults.Ok();
    }
}
