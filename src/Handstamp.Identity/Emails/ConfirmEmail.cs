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
        [FromQuery] string userId, [FromQuery] string code, [FromQuery] string? changedEmail, HttpContext context,
        [FromServices] UserManager<TUser> users, [FromServices] IUserStore<TUser> store)
    {
        if (await FindAsync(users, userId) is not { } user || !EmailedCode.TryDecode(code, out var decoded)) return TypedResults.Unauthorized();
        var confirmed = string.IsNullOrEmpty(changedEmail)
            ? await users.ConfirmEmailAsync(user, decoded)
            : await context.UnlessOvertakenAsync<TUser>(
                () => ChangeAsync(users, store, user, changedEmail, decoded), others => IsAnothersNameAsync(others, user, changedEmail));
        return confirmed is { Succeeded: true } ? TypedResults.Text("Thank you for confirming your email.") : TypedResults.Unauthorized();
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

    // The address is also the name. Both are in one write: if somebody else has that name by now, neither changes.
    static async Task<IdentityResult> ChangeAsync(UserManager<TUser> users, IUserStore<TUser> store, TUser user, string email, string code)
    {
        var name = await users.GetUserNameAsync(user);
        await store.SetUserNameAsync(user, email, CancellationToken.None);
        var changed = await users.ChangeEmailAsync(user, email, code);
        // The app may save later what its context has seen.
        if (!changed.Succeeded) await store.SetUserNameAsync(user, name, CancellationToken.None);
        return changed;
    }

    static async Task<bool> IsAnothersNameAsync(UserManager<TUser> users, TUser user, string name) =>
        await users.FindByNameAsync(name) is { } other && await users.GetUserIdAsync(other) != await users.GetUserIdAsync(user);
}
