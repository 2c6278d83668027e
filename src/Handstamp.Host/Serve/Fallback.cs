using Handstamp.Server.Http;
using Microsoft.AspNetCore.Diagnostics;

namespace Handstamp.Host.Serve;

/// <summary>Answers what no route has answered.</summary>
static class Fallback
{
    public static Task ExplainAsync(StatusCodeContext context) => context.HttpContext.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => context.HttpContext.WriteProblemAsync(Problems.NotFound),
        StatusCodes.Status405MethodNotAllowed => context.HttpContext.WriteProblemAsync(Problems.MethodNotAllowed),
        _ => Task.CompletedTask,
    };
}
