using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.SignIn;

/// <summary>
/// The cookie by which a browser is known again: see <see cref="KnownDevices"/>. A logout leaves it. No other host can set
/// it.
/// </summary>
sealed class DeviceCookie(
    KnownDevices devices, IOptions<RefreshCookieOptions> site, IOptions<HandstampOptions> service, IHostEnvironment environment)
    : ServiceCookie("handstamp-device", route: null, service.Value, environment)
{
    // Browsers keep no cookie longer (RFC 6265bis §5.5).
    static readonly TimeSpan Life = TimeSpan.FromDays(400);

    protected override SameSiteMode SameSite { get; } = Enum.Parse<SameSiteMode>(site.Value.SameSite.ToString());

    public IReadOnlyList<string> Read(HttpRequest request) => [.. Values(request)];

    /// <summary>The right password of the account was given in this browser.</summary>
    public void Remember(HttpContext context, Identifier name)
    {
        var token = devices.Remember(Values(context.Request), name).Encode();
        // The last of the cookies: programs that do not look at names take the first, which is that of the session.
        context.Response.OnStarting(() =>
        {
            Append(context.Response, token, Life);
            return Task.CompletedTask;
        });
    }
}
