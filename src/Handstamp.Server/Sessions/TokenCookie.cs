using Handstamp.Server.Http;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server.Sessions;

/// <summary>A cookie that carries a refresh token.</summary>
abstract class TokenCookie(string name, string route, HandstampOptions service, IHostEnvironment environment)
    : ServiceCookie(name, route, service, environment)
{
    // More of one name than any honest browser sends; each costs a MAC.
    const int MaxCandidates = 4;

    public void Set(HttpResponse response, RefreshToken token, TimeSpan life) => Append(response, token.Encode(), life);

    /// <summary>Only a logout does this: a refusal may be late, and the cookie already a newer one.</summary>
    public void Clear(HttpResponse response) => Append(response, "", TimeSpan.Zero);

    /// <summary>
    /// The tokens in the cookies of this name, the most promising first. There can be several: an old path or domain
    /// leaves its cookie behind. Of one session only the newest generation counts, since showing an older one beside
    /// it would look like a thief.
    /// </summary>
    public IReadOnlyList<RefreshToken> Read(HttpRequest request, Func<RefreshToken, bool> isAuthentic)
    {
        var tokens = new List<RefreshToken>();
        foreach (var value in Values(request).Take(MaxCandidates))
            if (RefreshToken.TryParse(value, out var token)) tokens.Add(token);
        // A forged one must not hide the real one; of a single one the refresh itself finds out.
        return tokens.Count < 2 ? tokens : [.. tokens
            .Where(isAuthentic)
            .GroupBy(token => token.SessionId)
            .Select(ofOneSession => ofOneSession.MaxBy(token => token.Generation))
            .OrderByDescending(token => token.SessionId.ToString(), StringComparer.Ordinal)];
    }
}
