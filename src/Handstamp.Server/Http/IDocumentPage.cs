using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Http;

/// <summary>Shows a document about this service to a person in a browser. The pages for people add one.</summary>
interface IDocumentPage
{
    Task WriteAsync(HttpContext context, string markdown);
}

static class BrowserRequests
{
    /// <summary>Whether the caller is a browser that opens a page. Programs ask for JSON, or for anything.</summary>
    public static bool WantsPage(this HttpRequest request) =>
        request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
