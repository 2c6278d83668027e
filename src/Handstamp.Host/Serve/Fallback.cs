using Handstamp.Server.Http;
using Handstamp.Server.OAuth;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>Answers requests that no route has answered.</summary>
static class Fallback
{
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
        var oauth = services.GetRequiredService<IOptions<HandstampOptions>>().Value.PathOf(OAuthEndpoints.Root);
        return context.Request.Path.StartsWithSegments(oauth)
            ? services.GetRequiredService<OAuthErrorWriter>()
            : services.GetRequiredService<ProblemWriter>();
    }
}
