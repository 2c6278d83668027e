using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.Data;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Account;

/// <summary><c>GET /manage/info</c></summary>
static class ShowInfo<TUser> where TUser : class
{
    // The type names an answer that is never given, as MapIdentityApi does: generated clients stay the same.
    public static async Task<Results<Ok<InfoResponse>, ValidationProblem, NotFound>> HandleAsync(ClaimsPrincipal caller, [FromServices] UserManager<TUser> users) =>
        await users.GetUserAsync(caller) is { } user ? TypedResults.Ok(await OfAsync(users, user)) : TypedResults.NotFound();

    public static async Task<InfoResponse> OfAsync(UserManager<TUser> users, TUser user) => new()
    {
        Email = await users.GetEmailAsync(user) ?? throw new NotSupportedException("A user without an address has no /manage/info."),
        IsEmailConfirmed = await users.IsEmailConfirmedAsync(user),
    };
}
