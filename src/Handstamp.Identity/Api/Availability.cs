using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Identity.Api;

/// <summary>While the database of the sessions does not answer, clients keep their tokens and try again.</summary>
static class Availability
{
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (StorageUnavailableException) when (!context.HttpContext.Response.HasStarted)
        {
            context.HttpContext.Response.Headers.RetryAfter = "2";
            return TypedResults.Problem(Problems.StorageUnavailable.Code, statusCode: Problems.StorageUnavailable.Status);
        }
    }
}
