using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Handstamp.Server.Http;

/// <summary>
/// The documents that the service serves about itself, embedded in the executable: the OpenAPI document, and the page
/// of each error code, to which the <c>type</c> of a problem points.
/// </summary>
static class ReferencePages
{
    static readonly Assembly Here = typeof(ReferencePages).Assembly;

    public static void MapReferencePages(this IEndpointRouteBuilder routes)
    {
        var openApi = Read("openapi.json")
            ?? throw new InvalidOperationException("The OpenAPI document is not in the assembly.");
        routes.MapGet("/openapi.json", context => WriteAsync(context, "application/json", openApi));
        routes.MapGet("/errors/{code}", ShowErrorAsync);
    }

    /// <summary>The route of a problem's page.</summary>
    public static string Error(Problem problem) => $"/errors/{problem.Code}";

    static async ValueTask<Refusal?> ShowErrorAsync(HttpContext context)
    {
        var code = context.GetRouteValue("code") as string;
        var page = Problems.All.Any(problem => problem.Code == code) ? Read($"errors/{code}.md") : null;
        if (page is null) return Problems.NotFound;
        // A browser and a program get another answer at the same address.
        context.Response.Headers.Append(HeaderNames.Vary, "Accept");
        if (context.Request.WantsPage() && context.RequestServices.GetService<IDocumentPage>() is { } people)
            await people.WriteAsync(context, Encoding.UTF8.GetString(page));
        else
            await WriteAsync(context, "text/markdown; charset=utf-8", page);
        return null;
    }

    static byte[]? Read(string name)
    {
        using var stream = Here.GetManifestResourceStream(name);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static async Task WriteAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "public, max-age=3600";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
