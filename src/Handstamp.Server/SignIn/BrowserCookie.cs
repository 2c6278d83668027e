using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.SignIn;

/// <summary>
/// The cookie that carries the refresh token of the browser's own session, only to the routes that people visit. Lax: a
/// person who follows a link from a mail is still logged in there; forms of other sites do not send it.
/// </summary>
sealed class BrowserCookie(IOptions<HandstampOptions> service, IHostEnvironment environment)
    : TokenCookie("handstamp-account", Route, SessionTransport.Page, SameSiteMode.Lax, service.Value, environment)
{
    /// <summary>Routes under this path know who is logged in.</summary>
    public const string Route = "/account";
}
