using Handstamp.Pages;
using Handstamp.Server.Http;
using Handstamp.Server.OAuth;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>Answers requests that no route has answered.</summary>
static class Fallback
{
    /// <summary>No route has the path (404), or none of those that have it has the method (405).</summary>
    public static bool IsNeeded(HttpContext context) => context.GetEndpoint() is not RouteEndpoint;

    public static Task ExplainAsync(StatusCodeContext context) => context.HttpContext.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ExplainAsync(context.HttpContext, Problems.NotFound),
        StatusCodes.Status405MethodNotAllowed => ExplainAsync(context.HttpContext, Problems.MethodNotAllowed),
        _ => Task.CompletedTask,
    };

    static Task ExplainAsync(HttpContext context, Problem problem)
    {
        context.RequestServices.GetRequiredService<Edge>().AddSecurityHeaders(context.Response);
        return FormFor(context).RefuseAsync(context, problem);
    }

    static IRefusalWriter FormFor(HttpContext context)
    {
        var services = context.RequestServices;
        if (IsPage(context)) return services.GetRequiredService<PageWriter>();
        var oauth = services.GetRequiredService<IOptions<HandstampOptions>>().Value.PathOf(OAuthEndpoints.Root);
        return context.Request.Path.StartsWithSegments(oauth)
            ? services.GetRequiredService<OAuthErrorWriter>()
            : services.GetRequiredService<ProblemWriter>();
    }

    // Below the pages, a browser gets a page. A script or a style that is not there needs none.
    static bool IsPage(HttpContext context)
    {
        var services = context.RequestServices;
        return services.GetRequiredService<IOptions<PagesOptions>>().Value.Enabled
            && context.Request.WantsPage()
            && context.Request.Path.StartsWithSegments(services.GetRequiredService<IOptions<HandstampOptions>>().Value.PathOf(PageLinks.Root));
    }
}
