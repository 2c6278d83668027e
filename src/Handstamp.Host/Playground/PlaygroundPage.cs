using System.Net;
using System.Reflection;
using System.Text;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Playground;

/// <summary>
/// The page itself, from <c>clients/playground</c>. <c>eng/build.sh</c> bundles it. An executable that was built
/// without the bundle has no page.
/// </summary>
static class PlaygroundPage
{
    // Only scripts, styles and calls of this service, nothing inline, and no text that becomes markup.
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'self'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    static readonly Assembly Here = typeof(PlaygroundPage).Assembly;

    public static bool IsBuiltIn => Here.GetManifestResourceInfo("playground/index.html") is not null;

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        if (!IsBuiltIn) return;

        var service = routes.ServiceProvider.GetRequiredService<IOptions<HandstampOptions>>().Value;
        var page = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Read("index.html"))
            .Replace("<base href=\"/\"", $"<base href=\"{WebUtility.HtmlEncode(service.PathOf("/"))}\"", StringComparison.Ordinal)
            .Replace("name=\"resource\" content=\"\"", $"name=\"resource\" content=\"{WebUtility.HtmlEncode(ResourceOf(service))}\"", StringComparison.Ordinal));
        routes.MapGet("/", context => WriteAsync(context, "text/html; charset=utf-8", page));
        routes.MapFile("page.js", "text/javascript; charset=utf-8");
        routes.MapFile("page.css", "text/css; charset=utf-8");
        routes.MapFile("icon.svg", "image/svg+xml");
    }

    /// <summary>
    /// What the page has to request to get tokens for the service itself; null if all tokens are for the service.
    /// </summary>
    static string ResourceOf(HandstampOptions service) => service.DeclaredAudiences.Count == 0 ? "" : service.Issuer;

    static void MapFile(this IEndpointRouteBuilder routes, string name, string contentType)
    {
        var content = Read(name);
        routes.MapGet($"/playground/{name}", context => WriteAsync(context, contentType, content));
    }

    static byte[] Read(string name)
    {
        using var stream = Here.GetManifestResourceStream($"playground/{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static async Task WriteAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
