using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Pages;

/// <summary>
/// The visit to a provider that this browser has begun. Lax: the provider sends the browser back with a link, which takes the cookie
/// along; forms and pictures of other sites do not. Another browser does not have it, so nobody can be logged in as somebody else.
/// </summary>
sealed class ExternalCookie(IOptions<HandstampOptions> service, IHostEnvironment environment)
    : ServiceCookie("handstamp-external", ExternalPage.Route, service.Value, environment)
{
    protected override SameSiteMode SameSite => SameSiteMode.Lax;

    /// <summary>The ceremony; empty if there is none, or if another host has set one too.</summary>
    public string Read(HttpRequest request) => Values(request).Take(2).ToList() is [var only] ? only : "";

    public void Set(HttpResponse response, string ceremony) => Append(response, ceremony, Ceremonies.Life);

    public void Clear(HttpResponse response) => Append(response, "", TimeSpan.Zero);
}
