using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server.Http;

/// <summary>What a route does: it answers the request, or returns a refusal.</summary>
delegate ValueTask<Refusal?> Operation(HttpContext context);

/// <summary>
/// Maps operations. <see cref="Edge"/> runs them, and writes their refusals in the form of the endpoint.
/// </summary>
static class OperationEndpoints
{
    static readonly RequestDelegate OutsideTheEdge = _ => throw new UnreachableException("An operation runs inside of the edge.");

    public static IEndpointConventionBuilder MapGet(this IEndpointRouteBuilder routes, string pattern, Operation operation) =>
        routes.Map(HttpMethods.Get, pattern, operation);

    public static IEndpointConventionBuilder MapPost(this IEndpointRouteBuilder routes, string pattern, Operation operation) =>
        routes.Map(HttpMethods.Post, pattern, operation);

    public static IEndpointConventionBuilder MapPatch(this IEndpointRouteBuilder routes, string pattern, Operation operation) =>
        routes.Map(HttpMethods.Patch, pattern, operation);

    public static IEndpointConventionBuilder MapDelete(this IEndpointRouteBuilder routes, string pattern, Operation operation) =>
        routes.Map(HttpMethods.Delete, pattern, operation);

    static IEndpointConventionBuilder Map(this IEndpointRouteBuilder routes, string method, string pattern, Operation operation) =>
        routes.MapMethods(pattern, [method], OutsideTheEdge).WithMetadata(operation);
}
