using Handstamp.Server.Http;
using Microsoft.AspNetCore.Diagnostics;

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
        return context.RequestServices.GetRequiredService<ProblemWriter>().RefuseAsync(context, problem);
    }
}
