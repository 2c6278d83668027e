using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Handstamp.Server.Http;

/// <summary>
/// The caller: the account and the live session of a verified access token for this service; the client that calls; and
/// when and how the person has authenticated (RFC 8176), because routes may require that.
/// </summary>
sealed record Caller(
    Guid AccountId, Guid SessionId, string ClientId, DateTimeOffset AuthenticatedAt, string AuthenticationMethods)
{
    /// <summary>
    /// When the person has authenticated in the session, if a token may be older than that: this caller's does not count as
    /// recent, but its next one does.
    /// </summary>
    public DateTimeOffset? RenewedAt { get; init; }

    /// <summary>RFC 8176.</summary>
    const string Password = "pwd";

    /// <summary>Whether the person has logged in with a password.</summary>
    public bool HasGivenPassword => AuthenticationMethods.Split(' ').Contains(Password);

    /// <summary>RFC 9068 requires a <c>client_id</c>; this is the one of the first party.</summary>
    public const string FirstParty = "first-party";
}

/// <summary>Turns the access token of a request into a <see cref="Caller"/>.</summary>
interface ICallerGate
{
    ValueTask<OrRefusal<Caller>> AuthenticateAsync(HttpContext context);

    /// <summary>Why the caller's login is not recent; null if it is.</summary>
    Refusal? RefuseOldLogin(Caller caller);
}

/// <summary>
/// What a route requires of its caller; the edge checks it. A route that needs a caller states a requirement, and there
/// is none for just any caller: a token that a person gives to a third party opens only routes that were made for third
/// parties.
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

/// <summary>The route also requires that the person has logged in, or reauthenticated, recently.</summary>
sealed class RecentLoginDemand
{
    public static readonly RecentLoginDemand Instance = new();

    RecentLoginDemand() { }
}

static class CallerEndpoints
{
    /// <summary>The caller of a route that requires one.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.GetRequiredFeature<Caller>();

    /// <summary>The route requires a valid access token of the first party, whose session is alive.</summary>
    public static TBuilder RequireFirstParty<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(CallerDemand.FirstParty);

    /// <summary>
    /// As <see cref="RequireFirstParty"/>, and the person has authenticated within <c>Sessions:RecentLogin</c>: for what a
    /// borrowed device or a stolen access token must not do. Otherwise the caller is asked to reauthenticate (RFC 9470).
    /// </summary>
    public static TBuilder RequireRecentLogin<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.RequireFirstParty().WithMetadata(RecentLoginDemand.Instance);
}
