using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Handstamp.Server.Http;

/// <summary>
/// Who calls: the account and the session that a verified access token for this service names, the session being alive; and
/// whose program it is that calls, and when and how the person has logged in (RFC 8176), for what routes demand.
/// </summary>
sealed record Caller(
    Guid AccountId, Guid SessionId, string ClientId, DateTimeOffset AuthenticatedAt, string AuthenticationMethods)
{
    /// <summary>RFC 9068 wants a <c>client_id</c>; the first party has this one.</summary>
    public const string FirstParty = "first-party";
}

/// <summary>Turns the access token of a request into a <see cref="Caller"/>.</summary>
interface ICallerGate
{
    ValueTask<OrRefusal<Caller>> AuthenticateAsync(HttpContext context);
}

/// <summary>
/// What a route demands of its caller; the edge sees to it. Who needs a caller states a demand, and there is none for just
/// any caller: what a person gives to a third party opens nothing that was not made for third parties.
/// </summary>
sealed class CallerDemand
{
    public static readonly CallerDemand FirstParty = new(Caller.FirstParty);

    readonly string _clientId;

    CallerDemand(string clientId) => _clientId = clientId;

    public Refusal? Refuse(Caller caller) => caller.ClientId == _clientId
        ? null
        : BearerChallenge.ForInvalid(Problems.AccessTokenInvalid, "This route does not accept tokens of third parties.");
}

static class CallerEndpoints
{
    /// <summary>The caller of a route that demands one.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.GetRequiredFeature<Caller>();

    /// <summary>Only a valid access token of the first party, whose session is alive, reaches the route.</summary>
    public static TBuilder RequireFirstParty<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(CallerDemand.FirstParty);
}
