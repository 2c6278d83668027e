using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Handstamp.Server.Http;

/// <summary>
/// Who calls: the account and the session that a verified access token names, the session being alive.
/// </summary>
sealed record Caller(Guid AccountId, Guid SessionId);

/// <summary>Turns the access token of a request into a <see cref="Caller"/>.</summary>
interface ICallerGate
{
    ValueTask<OrRefusal<Caller>> AuthenticateAsync(HttpContext context);
}

static class CallerEndpoints
{
    /// <summary>The caller of a route that has <see cref="RequireCaller"/>.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.GetRequiredFeature<Caller>();

    /// <summary>Only a request with a valid access token of a live session reaches the route: the edge sees to it.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(CallerRequired.Instance);
}

/// <summary>Marks a route that needs an access token; the OpenAPI document says so.</summary>
sealed class CallerRequired
{
    public static readonly CallerRequired Instance = new();
}
