using System.Security.Claims;
using Handstamp.Identity.Api;
using Handstamp.Identity.Login;
using Handstamp.Identity.Sessions;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Devices;

/// <summary>A session as its owner sees it.</summary>
sealed record SessionItem(
    Guid Id, string? DeviceName, string? UserAgent, string? IpAddress, bool Current,
    DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt);

/// <summary>The body of <c>PATCH /manage/sessions/{id}</c>. Null removes the name.</summary>
sealed class RenameSessionRequest
{
    public required string? DeviceName { get; init; }
}

/// <summary>The user's own devices: the routes below <c>/manage/sessions</c>. Browsers with a cookie are not among them.</summary>
static class OwnSessions<TUser> where TUser : class
{
    public static async Task<Results<Ok<SessionItem[]>, NotFound>> ListAsync(
        ClaimsPrincipal caller, HttpContext context, [FromServices] UserManager<TUser> users, [FromServices] IdentitySessions<TUser> sessions)
    {
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        var listed = await sessions.ListAsync(user, context.RequestAborted);
        return TypedResults.Ok(listed.Select(session => Item(Server.Sessions.Devices.Item(session, caller.SessionId()))).ToArray());
    }

    public static async Task<Results<Ok, ValidationProblem, NotFound>> RenameAsync(
        string id, ClaimsPrincipal caller, [FromBody] RenameSessionRequest body, HttpContext context,
        [FromServices] UserManager<TUser> users, [FromServices] IdentitySessions<TUser> sessions)
    {
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        var refusal = await sessions.RenameAsync(user, IdOf(id), body.DeviceName, Origin.Of(context));
        if (refusal is null) return TypedResults.Ok();
        return refusal.Problem == Problems.SessionNotFound
            ? TypedResults.NotFound()
            : ValidationProblems.Of("InvalidDeviceName", refusal.Detail!);
    }

    public static async Task<Results<Ok, NotFound>> EndAsync(
        string id, ClaimsPrincipal caller, HttpContext context, [FromServices] UserManager<TUser> users, [FromServices] IdentitySessions<TUser> sessions) =>
        await users.GetUserAsync(caller) is { } user && IdOf(id) is { } session && await sessions.EndOwnAsync(user, session, Origin.Of(context))
            ? TypedResults.Ok()
            : TypedResults.NotFound();

    /// <summary>Also the caller's. A new stamp ends the cookies of all browsers, when Identity checks it.</summary>
    public static async Task<Results<Ok, ValidationProblem, NotFound>> EndAllAsync(
        ClaimsPrincipal caller, HttpContext context, [FromServices] UserManager<TUser> users, [FromServices] IdentitySessions<TUser> sessions,
        [FromServices] OwnCookie<TUser> cookie)
    {
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        if (users.SupportsUserSecurityStamp && await users.UpdateSecurityStampAsync(user) is { Succeeded: false } refused) return ValidationProblems.Of(refused);
        await sessions.EndAllAsync(user, Origin.Of(context));
        await cookie.TakeBackAsync();
        return TypedResults.Ok();
    }

    static SessionItem Item(Server.Sessions.SessionItem item) => new(
        item.Id, item.DeviceName, item.UserAgent, item.IpAddress, item.Current, item.CreatedAt, item.LastUsedAt, item.ExpiresAt);

    static Guid? IdOf(string id) => Guid.TryParseExact(id, "D", out var session) ? session : null;
}
