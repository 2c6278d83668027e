using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.SignIn;

/// <summary>
/// The cookie that carries the refresh token of the browser's own session, to the routes alone that people visit. Lax: who
/// follows a link from a mail to them is still logged in there; forms of other sites do not bring it.
/// </summary>
sealed class BrowserCookie(IOptions<HandstampOptions> service, IHostEnvironment environment)
    : TokenCookie("handstamp-account", Route, SessionTransport.Page, SameSiteMode.Lax, service.Value, environment)
{
    /// <summary>What is under it knows who is logged in.</summary>
    public const string Route = "/account";
}
