using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Pages;

/// <summary>
/// The cookie that carries a refresh token to the pages alone. Lax: who follows a link from a mail to the pages is
/// still logged in there; forms of other sites do not bring it.
/// </summary>
sealed class PageCookie(IOptions<HandstampOptions> service, IHostEnvironment environment)
    : TokenCookie("handstamp-account", PageLinks.Root, SessionTransport.Page, SameSiteMode.Lax, service.Value, environment);
