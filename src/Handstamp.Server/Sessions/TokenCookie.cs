using Handstamp.Server.Http;
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
    /// Each costs a MAC: the server's limit on headers says how many there can be, and none may hide another. Null when
    /// one that matters can't be judged now.
    /// </summary>
    public async ValueTask<PresentedTokens?> ReadAsync(HttpRequest request, SessionRotation rotation)
    {
        var values = Values(request).ToList();
        var tokens = Parse(values).ToList();
        // Of a single one the refresh itself finds out whether it is authentic.
        if (values.Count < 2) return await rotation.CanJudgeAsync(tokens) ? new PresentedTokens(transport, tokens) : null;

        if (_own.Read(request) is { } own)
        {
            var ofOwn = tokens.FindAll(token => token.SessionId == own);
            if (!await rotation.CanJudgeAsync(ofOwn)) return null;
            if (Newest(ofOwn.Where(rotation.IsAuthentic)) is [var known]) return new PresentedTokens(transport, [known]);
        }
        return await rotation.CanJudgeAsync(tokens)
            ? new PresentedTokens(transport, Newest(tokens.Where(rotation.IsAuthentic))) { IsAmbiguous = true }
            : null;
    }

    static IEnumerable<RefreshToken> Parse(IEnumerable<string> values)
    {
        foreach (var value in values)
            if (RefreshToken.TryParse(value, out var token)) yield return token;
    }

    // Of one session only the newest generation counts: showing an older one beside it would look like a thief.
    static List<RefreshToken> Newest(IEnumerable<RefreshToken> tokens) =>
        [.. tokens.GroupBy(token => token.SessionId).Select(ofOneSession => ofOneSession.MaxBy(token => token.Generation))];
}
