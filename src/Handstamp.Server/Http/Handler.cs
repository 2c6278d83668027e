using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server.Http;

/// <summary>What a route does: it answers the request, or says why not.</summary>
delegate ValueTask<Refusal?> Handler(HttpContext context);

/// <summary>Maps handlers. <see cref="Edge"/> runs them, and writes their refusals in the form of the endpoint.</summary>
static class HandlerEndpoints
{
    static readonly RequestDelegate OutsideTheEdge = _ => throw new UnreachableException("A handler runs inside of the edge.");

    public static IEndpointConventionBuilder MapGet(this IEndpointRouteBuilder routes, string pattern, Handler handler) =>
        routes.Map(HttpMethods.Get, pattern, handler);

    public static IEndpointConventionBuilder MapPost(this IEndpointRouteBuilder routes, string pattern, Handler handler) =>
        routes.Map(HttpMethods.Post, pattern, handler);

    public static IEndpointConventionBuilder MapPatch(this IEndpointRouteBuilder routes, string pattern, Handler handler) =>
        routes.Map(HttpMethods.Patch, pattern, handler);

    public static IEndpointConventionBuilder MapDelete(this IEndpointRouteBuilder routes, string pattern, Handler handler) =>
        routes.Map(HttpMethods.Delete, pattern, handler);

    static IEndpointConventionBuilder Map(this IEndpointRouteBuilder routes, string method, string pattern, Handler handler) =>
        routes.MapMethods(pattern, [method], OutsideTheEdge).WithMetadata(handler);
}
