using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Sessions;

/// <summary>A cookie that carries a refresh token.</summary>
abstract class TokenCookie(
    string name, string route, SessionTransport transport, SameSiteMode sameSite, HandstampOptions service,
    IHostEnvironment environment)
    : ServiceCookie(name, route, service, environment)
{
    readonly OwnSessionCookie _own = new(name, sameSite, service, environment);

    protected override SameSiteMode SameSite => sameSite;

    /// <param name="response">The answer that sets it.</param>
    /// <param name="token">What it carries.</param>
    /// <param name="session">The session of the token. The cookie of a temporary one goes when the browser is closed.</param>
    /// <param name="now">The time of the request.</param>
    public void Set(HttpResponse response, RefreshToken token, Session session, DateTimeOffset now)
    {
        var life = session.IsTemporary ? (TimeSpan?)null : session.IdleExpiresAt - now;
        Append(response, token.Encode(), life);
        _own.Set(response, token.SessionId, life);
    }

    /// <summary>Only a logout does this: a refusal may be late, when the cookie is already a newer one.</summary>
    public void Clear(HttpResponse response)
    {
        Append(response, "", TimeSpan.Zero);
        _own.Clear(response);
    }

    /// <summary>
    /// The browser's session, according to the request: a request that does not come from a browser can name any
    /// session.
    /// </summary>
    public Guid? OwnSession(HttpRequest request) => _own.Read(request);

    /// <summary>
    /// The token in the cookie with this name. There can be several: an old path or domain leaves its cookie behind,
    /// and a sibling host can add some. In that case only the one of the browser's own session counts; without it, one
    /// of each session. Each costs a MAC. The server's limit on headers bounds their number, and none may hide another.
    /// Refused if one that matters cannot be checked now.
    /// </summary>
    public async ValueTask<OrRefusal<PresentedTokens>> ReadAsync(HttpRequest request, RefreshTokenReader reader)
    {
        var values = Values(request).ToList();
        // Cookies that others have put beside the browser's own token must not delay it.
        if (values.Count > 1 && _own.Read(request) is { } own)
        {
            var ofOwn = values.FindAll(value => RefreshToken.TryParse(value, out var token) && token.SessionId == own);
            if (await reader.ReadAsync(ofOwn) is not { } known) return UnknownKeys.NotNow;
            if (Newest(known) is [var newest]) return new PresentedTokens(transport, [newest]);
        }
        if (await reader.ReadAsync(values) is not { } tokens) return UnknownKeys.NotNow;
        return values.Count > 1
            ? new PresentedTokens(transport, Newest(tokens)) { IsAmbiguous = true }
            : new PresentedTokens(transport, tokens);
    }

    // For each session, only the newest generation counts: to present an older one beside it would look like a thief.
    static List<AuthenticToken> Newest(IEnumerable<AuthenticToken> tokens) =>
        [.. tokens.GroupBy(token => token.SessionId).Select(ofOneSession => ofOneSession.MaxBy(token => token.Generation)!)];
}
