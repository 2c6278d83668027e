using Handstamp.Server;
using Handstamp.Server.Accounts;
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

/// <summary>The second door: the routes of Handstamp.</summary>
public static class HandstampEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the routes of the service under its base path, and those of the parts that were added to it. They bring their own security headers, limits, cross-origin
    /// answers and error format, and leave all other routes of the app alone. They check themselves who calls, so no policy
    /// of the app's authorization stands before them.
    /// </summary>
    /// <param name="endpoints">The app, after <see cref="HandstampServiceCollectionExtensions.AddHandstamp"/>.</param>
    public static IEndpointConventionBuilder MapHandstamp(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        var services = endpoints.ServiceProvider;
        var group = endpoints.MapGroup(services.GetRequiredService<IOptions<HandstampOptions>>().Value.BasePath);
        group.MapAccounts();
        group.MapSignIn();
        group.MapSessions();
        group.MapKeys();
        group.MapOAuth();
        group.MapHealth();
        group.MapReferencePages();
        foreach (var part in services.GetServices<IAddedPart>()) part.Map(group);
        // A fallback policy of the app would keep people from the login. Each route asks for what it needs by itself.
        group.AllowAnonymous();
        // Finally runs after all that the routes themselves have added, so this is the outermost layer.
        ((IEndpointConventionBuilder)group).Finally(services.GetRequiredService<Edge>().Wrap);
        return group;
    }
}
