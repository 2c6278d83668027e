using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Audit;
using Handstamp.Server.GeoIp;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server.Sessions;

sealed record SessionList(IReadOnlyList<SessionItem> Sessions);

sealed record SessionItem(
    Guid Id, string? DeviceName, string? UserAgent, string? IpAddress, string Transport, bool Current,
    DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? City { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Country { get; init; }
}

sealed class RenameSessionRequest
{
    /// <summary>Null removes the name.</summary>
    public required string? DeviceName { get; init; }
}

/// <summary>The account's own devices: <c>GET /sessions</c>, <c>PATCH</c> and <c>DELETE /sessions/{id}</c>.</summary>
sealed class Devices(SessionOperations sessions, RefreshCookie cookie, Places places, TimeProvider clock)
{
    public async ValueTask<Refusal?> ListAsync(HttpContext context)
    {
        var caller = context.Caller();
        var listed = await sessions.ListAsync(caller.AccountId, SessionOperations.MaxDevices, context.RequestAborted);
        var found = places.FindAll([.. listed.Select(entry => entry.Device.Address)]);
        var body = new SessionList([
            .. listed.Zip(found, (entry, place) => Item(entry, caller.SessionId) with { City = place.City, Country = place.Country }),
        ]);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, body, SessionJson.Default.SessionList, context.RequestAborted);
        return null;
    }

    public async ValueTask<Refusal?> RenameAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SessionJson.Default.RenameSessionRequest)).Has(out var request, out var refusal)) return refusal;
        return await sessions.RenameAsync(IdOf(context), context.Caller().AccountId, request.DeviceName, Origin.Of(context))
            ?? Done(context);
    }

    public async ValueTask<Refusal?> EndAsync(HttpContext context)
    {
        var caller = context.Caller();
        var ending = Origin.Of(context).Ends(EndReason.EndedByUser, clock.Now());
        if (IdOf(context) is not { } id || !await sessions.EndOwnAsync(id, caller.AccountId, ending)) return Problems.SessionNotFound;
        if (id == caller.SessionId && context.Session().Transport == SessionTransport.Cookie) cookie.Clear(context.Response);
        return Done(context);
    }

    static Refusal? Done(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    static Guid? IdOf(HttpContext context) =>
        Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var id) ? id : null;

    /// <summary>A session as its owner sees it.</summary>
    public static SessionItem Item(ListedSession listed, Guid? current)
    {
        var (session, device) = (listed.Session, listed.Device);
        return new SessionItem(
            session.Id, device.Name, device.UserAgent, device.Address?.ToString(),
            NameOf(session.Transport),
            session.Id == current,
            device.CreatedAt, WholeHour.Before(session.Rotation.IssuedAt, atLeast: device.CreatedAt),
            WholeHour.After(session.IdleExpiresAt, atMost: session.ExpiresAt));
    }

    static string NameOf(SessionTransport transport) => transport switch
    {
        SessionTransport.Body => "body",
        SessionTransport.Cookie => "cookie",
        SessionTransport.Page => "page",
        _ => throw new UnreachableException(),
    };
}
