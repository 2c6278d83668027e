using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.OAuth;
using Handstamp.Server.Sessions.Feed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Identity.Issuer;

/// <summary>What other services need to verify the app's tokens.</summary>
static class IssuerEndpoints
{
    /// <summary>
    /// Maps the keys, the discovery documents, the introspection and the revocation feed. They have the service's own form of errors,
    /// and authenticate their callers themselves.
    /// </summary>
    public static IEndpointConventionBuilder MapHandstampIssuer(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var group = endpoints.MapGroup("");
        group.MapKeys();
        group.MapOAuth();
        group.MapGet("/revocations", services.GetRequiredService<Revocations>().HandleAsync);
        group.AllowAnonymous();
        // Finally runs after everything that the routes themselves have added, so this is the outermost layer.
        ((IEndpointConventionBuilder)group).Finally(services.GetRequiredService<Edge>().Wrap);
        return group;
    }
}
