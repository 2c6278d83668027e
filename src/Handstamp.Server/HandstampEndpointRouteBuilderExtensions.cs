using Handstamp.Server;
using Handstamp.Server.Accounts;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Health;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.OAuth;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the routes of Handstamp.</summary>
public static class HandstampEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the routes of the service under its base path, and the routes of the parts that were added to it. They
    /// have their own security headers, limits, cross-origin answers and error format, and do not affect the app's
    /// other routes. They authenticate their callers themselves, so the app's authorization policies do not apply to
    /// them.
    /// </summary>
    /// <param name="endpoints">The app, after <see cref="HandstampServiceCollectionExtensions.AddHandstamp"/>.</param>
    public static IEndpointConventionBuilder MapHandstamp(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        var services = endpoints.ServiceProvider;
        var group = endpoints.MapGroup(services.GetRequiredService<IOptions<HandstampOptions>>().Value.BasePath);
        group.MapAccounts();
        group.MapSignIn();
        group.MapExternalLogins();
        group.MapSessions();
        group.MapKeys();
        group.MapOAuth();
        group.MapHealth();
        group.MapReferencePages();
        foreach (var part in services.GetServices<IAddedPart>()) part.Map(group);
        // A fallback policy of the app would keep people from the login. Each route checks what it needs itself.
        group.AllowAnonymous();
        // Finally runs after everything that the routes themselves have added, so this is the outermost layer.
        ((IEndpointConventionBuilder)group).Finally(services.GetRequiredService<Edge>().Wrap);
        return group;
    }
}
