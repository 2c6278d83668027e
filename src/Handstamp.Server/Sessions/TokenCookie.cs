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

    public void Set(HttpResponse response, RefreshToken token, TimeSpan life)
    {
        Append(response, token.Encode(), life);
        _own.Set(response, token.SessionId, life);
    }

    /// <summary>Only a logout does this: a refusal may be late, and the cookie already a newer one.</summary>
    public void Clear(HttpResponse response)
    {
        Append(response, "", TimeSpan.Zero);
        _own.Clear(response);
    }

    /// <summary>The session that the browser has, by its own word: a request that is no browser's can name any.</summary>
    public Guid? OwnSession(HttpRequest request) => _own.Read(request);

    /// <summary>
    /// The token in the cookie of this name. There can be several: an old path or domain leaves its cookie behind, and a
    /// sibling host can add some. Then the one of the browser's own session counts alone; without it, one of each session.
    /// Each costs a MAC: the server's limit on headers says how many there can be, and none may hide another. Refused
    /// when one that matters can't be judged now.
    /// </summary>
    public async ValueTask<OrRefusal<PresentedTokens>> ReadAsync(HttpRequest request, RefreshTokenReader reader)
    {
        var values = Values(request).ToList();
        // What others have put beside the browser's own token must not make that wait.
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

    // Of one session only the newest generation counts: showing an older one beside it would look like a thief.
    static List<AuthenticToken> Newest(IEnumerable<AuthenticToken> tokens) =>
        [.. tokens.GroupBy(token => token.SessionId).Select(ofOneSession => ofOneSession.MaxBy(token => token.Generation)!)];
}
