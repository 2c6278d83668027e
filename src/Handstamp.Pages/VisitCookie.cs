using System.Security.Cryptography;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Pages;

/// <summary>
/// A number for a browser in which nobody is logged in, so that forms before the login are bound to the browser too.
/// Otherwise a page of another site could log its visitor in as another person. No other host can set the cookie. It is
/// removed when the browser is closed.
/// </summary>
sealed class VisitCookie(IOptions<HandstampOptions> service, IHostEnvironment environment)
    : ServiceCookie("handstamp-visit", route: null, service.Value, environment)
{
    const int Length = 32;
    const int MaxCandidates = 4;

    protected override SameSiteMode SameSite => SameSiteMode.Strict;

    /// <summary>The numbers in the request.</summary>
    public IEnumerable<string> Read(HttpRequest request) =>
        Values(request).Take(MaxCandidates).Where(value => value.Length == Length && value.All(char.IsAsciiHexDigit));

    /// <summary>The number of the browser, or a new one if it has none. A form in another tab stays valid.</summary>
    public string Visit(HttpContext context)
    {
        if (Read(context.Request).FirstOrDefault() is { } known) return known;
        var visit = RandomNumberGenerator.GetHexString(Length);
        Append(context.Response, visit, life: null);
        return visit;
    }
}
