using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Names the session of the browser's own refresh token. A sibling host can set cookies for the whole domain beside the
/// one that carries the token, but it cannot set this one. It holds the session's id, which is not a secret.
/// </summary>
sealed class OwnSessionCookie(string name, SameSiteMode sameSite, HandstampOptions service, IHostEnvironment environment)
    : ServiceCookie($"{name}-session", route: null, service, environment)
{
    const string Format = "D";

    protected override SameSiteMode SameSite => sameSite;

    public void Set(HttpResponse response, Guid sessionId, TimeSpan? life) => Append(response, sessionId.ToString(Format), life);

    public void Clear(HttpResponse response) => Append(response, "", TimeSpan.Zero);

    /// <summary>Null also if there are several. A browser sets only one, so none of them can be trusted.</summary>
    public Guid? Read(HttpRequest request) =>
        Values(request).Take(2).ToList() is [var value] && Guid.TryParseExact(value, Format, out var sessionId) ? sessionId : null;
}
