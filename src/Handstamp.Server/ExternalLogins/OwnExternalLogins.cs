using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server.ExternalLogins;

sealed record ExternalLoginList(IReadOnlyList<ExternalLoginItem> ExternalLogins);

sealed record ExternalLoginItem(Guid Id, string Provider, string? Label, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt)
{
    public static ExternalLoginItem Of(ExternalLogin login) => new(login.Id, login.Provider, login.Label, login.CreatedAt, login.LastUsedAt);
}

/// <summary>What a provider has answered. A class and not a record: its text must not show it.</summary>
sealed class LinkExternalRequest
{
    public required string Ceremony { get; init; }

    /// <inheritdoc cref="LoginExternalRequest.CallbackUrl"/>
    public string? CallbackUrl { get; init; }

    /// <inheritdoc cref="LoginExternalRequest.IdToken"/>
    public string? IdToken { get; init; }
}

/// <summary>
/// The providers by which the caller's account can be logged in to: <c>GET</c>, <c>POST</c> and <c>DELETE /external-logins</c>, and
/// <c>POST /external-logins/start</c>.
/// </summary>
sealed class OwnExternalLogins(ExternalVisits visits, ExternalLoginOperations logins)
{
    public async ValueTask<Refusal?> ListAsync(HttpContext context)
    {
        var listed = await logins.ListAsync(context.Caller().AccountId, context.RequestAborted);
        var answer = new ExternalLoginList([.. listed.Select(ExternalLoginItem.Of)]);
        await context.Response.WriteAsJsonAsync(answer, ExternalLoginJson.Default.ExternalLoginList);
        return null;
    }

    public ValueTask<Refusal?> StartAsync(HttpContext context) => LoginExternal.StartAsync(context, visits, context.Caller().AccountId);

    public async ValueTask<Refusal?> LinkAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(ExternalLoginJson.Default.LinkExternalRequest)).Has(out var request, out var refusal)) return refusal;
        if (!LoginExternal.Answer(request.CallbackUrl, request.IdToken).Has(out var answer, out refusal)) return refusal;
        var linked = await logins.LinkAsync(
            context.Caller().AccountId, request.Ceremony, CeremonyUse.LinkOfApp, answer, Origin.Of(context), context.RequestAborted);
        if (!linked.Has(out var login, out refusal)) return refusal;

        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(ExternalLoginItem.Of(login), ExternalLoginJson.Default.ExternalLoginItem);
        return null;
    }

    public async ValueTask<Refusal?> UnlinkAsync(HttpContext context)
    {
        var id = Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var parsed) ? parsed : (Guid?)null;
        if (await logins.UnlinkAsync(id, context.Caller().AccountId, Origin.Of(context)) is { } refusal) return refusal;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
