using Handstamp.Identity.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Emails;

/// <summary><c>GET /confirmEmail</c>: the address is the user's, or the new address becomes the user's, and the name too.</summary>
static class ConfirmEmail<TUser> where TUser : class
{
    public static async Task<Results<ContentHttpResult, UnauthorizedHttpResult>> HandleAsync(
        [FromQuery] string userId, [FromQuery] string code, [FromQuery] string? changedEmail, [FromServices] UserManager<TUser> users)
    {
        if (await FindAsync(users, userId) is not { } user || !EmailedCode.TryDecode(code, out var decoded)) return TypedResults.Unauthorized();
        var confirmed = string.IsNullOrEmpty(changedEmail)
            ? await users.ConfirmEmailAsync(user, decoded)
            : await ChangeAsync(users, user, changedEmail, decoded);
        return confirmed.Succeeded ? TypedResults.Text("Thank you for confirming your email.") : TypedResults.Unauthorized();
    }

    // An id that the type of the app's keys cannot have, such as a word where keys are numbers.
    static async Task<TUser?> FindAsync(UserManager<TUser> users, string id)
    {
        try
        {
            return await users.FindByIdAsync(id);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or OverflowException or InvalidCastException)
        {
            return null;
        }
    }

    // The address is also the name. If somebody else has that name by now, neither changes.
    static async Task<IdentityResult> ChangeAsync(UserManager<TUser> users, TUser user, string email, string code)
    {
        if (await users.FindByNameAsync(email) is { } other && await users.GetUserIdAsync(other) != await users.GetUserIdAsync(user))
            return IdentityResult.Failed(users.ErrorDescriber.DuplicateUserName(email));
        var changed = await users.ChangeEmailAsync(user, email, code);
        return changed.Succeeded ? await users.SetUserNameAsync(user, email) : changed;
    }
}
