using Handstamp.Identity;
using Handstamp.Identity.Api;
using Handstamp.Identity.Issuer;
using Handstamp.Identity.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the routes over the app's own users.</summary>
public static class HandstampIdentityEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the routes of <c>MapIdentityApi</c>, with the same requests and answers, and those that it lacks: logout, the
    /// list of devices, passkeys, and what other services need to verify access tokens. The answers are written with the
    /// app's JSON options. Call it once in each group of routes.
    /// </summary>
    /// <typeparam name="TUser">The app's users, as in <c>AddHandstampIdentity</c>.</typeparam>
    /// <param name="endpoints">The app, or a group such as <c>app.MapGroup("/identity")</c>.</param>
    /// <param name="configure">Switches routes off, and adds to them.</param>
    /// <returns>What the app adds here holds for all of these routes.</returns>
    /// <exception cref="InvalidOperationException">
    /// The options contradict each other, or <c>AddHandstampIdentity</c> was not called for these users.
    /// </exception>
    public static IEndpointConventionBuilder MapHandstampIdentityApi<TUser>(
        this IEndpointRouteBuilder endpoints, Action<IdentityApiOptions<TUser>>? configure = null) where TUser : class, new()
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new IdentityApiOptions<TUser>();
        configure?.Invoke(options);
        options.Validate();
        if (!endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IdentitySessions<TUser>)))
            throw new InvalidOperationException($"Call AddHandstampIdentity<{typeof(TUser).Name}> before MapHandstampIdentityApi.");

        var all = endpoints.MapGroup("");
        // As lambdas of the app have it: otherwise each route would have the tag of its own class.
        all.WithTags(endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>().ApplicationName);
        var users = all.MapGroup("").AddEndpointFilter(Availability.FilterAsync).AddEndpointFilter(WellFormed.FilterAsync);
        users.WithMetadata(new RequestSizeLimitAttribute(IdentityEndpoints.MaxBody));
        users.MapIdentity(options);
        if (options.Has(IdentityRoutes.Keys)) all.MapHandstampIssuer();
        return all;
    }
}
