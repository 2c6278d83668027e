using Handstamp.Server.Http;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace Handstamp.Server.Sessions;

/// <summary>The section <c>Cookie</c>.</summary>
sealed class RefreshCookieOptions
{
    /// <summary>Which sites' pages may make the browser send it.</summary>
    public CookieSite SameSite { get; set; } = CookieSite.Strict;

    /// <summary>Only where several hosts share the service; left out, the cookie belongs to this host alone.</summary>
    public string? Domain { get; set; }
}

enum CookieSite { Strict, Lax, None }

sealed class RefreshCookieOptionsValidator : IValidateOptions<RefreshCookieOptions>
{
    public ValidateOptionsResult Validate(string? name, RefreshCookieOptions options) =>
        options.Domain is null || Uri.CheckHostName(options.Domain.TrimStart('.')) == UriHostNameType.Dns
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Cookie:Domain is '{options.Domain}'; it has to be a host name such as example.com.");
}

/// <summary>
/// The cookie that carries a refresh token: HttpOnly, Secure, and for the path of <c>/refresh</c> alone, so that a
/// browser sends it nowhere else.
/// </summary>
sealed class RefreshCookie
{
    // More of one name than any honest browser sends; each costs a MAC.
    const int MaxCandidates = 4;

    readonly SetCookieHeaderValue _template;

    public RefreshCookie(IOptions<RefreshCookieOptions> options, IOptions<HandstampOptions> service, IHostEnvironment environment)
    {
        // Browsers refuse the prefix and Secure on plain http; on localhost in development that is all there is.
        var plain = environment.IsDevelopment() && !service.Value.IsHttps;
        Name = plain ? "handstamp" : "__Secure-handstamp";
        _template = new SetCookieHeaderValue(Name)
        {
            HttpOnly = true,
            Secure = !plain,
            SameSite = Enum.Parse<SameSiteMode>(options.Value.SameSite.ToString()),
            Domain = options.Value.Domain,
            Path = service.Value.PathOf("/refresh"),
        };
        // For pages of other sites: a cookie jar for each of them is what browsers have left of third-party cookies.
        if (options.Value.SameSite == CookieSite.None) _template.Extensions.Add("Partitioned");
    }

    public string Name { get; }

    public void Set(HttpResponse response, RefreshToken token, TimeSpan life) => Append(response, token.Encode(), life);

    /// <summary>Only a logout does this: a refusal may be late, and the cookie already a newer one.</summary>
    public void Clear(HttpResponse response) => Append(response, "", TimeSpan.Zero);

    public bool IsOn(HttpRequest request) => Values(request).Any();

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

    // The framework's collection keeps one cookie of a name, the last.
    IEnumerable<string> Values(HttpRequest request)
    {
        foreach (var header in request.Headers.Cookie)
            foreach (var pair in header?.Split(';', StringSplitOptions.TrimEntries) ?? [])
                if (pair.StartsWith(Name, StringComparison.Ordinal) && pair.Length > Name.Length && pair[Name.Length] == '=')
                    yield return pair[(Name.Length + 1)..];
    }

    void Append(HttpResponse response, string value, TimeSpan life)
    {
        var cookie = new SetCookieHeaderValue(_template.Name, value)
        {
            HttpOnly = _template.HttpOnly,
            Secure = _template.Secure,
            SameSite = _template.SameSite,
            Domain = _template.Domain,
            Path = _template.Path,
            MaxAge = life,
        };
        foreach (var extension in _template.Extensions) cookie.Extensions.Add(extension);
        response.Headers.Append(HeaderNames.SetCookie, cookie.ToString());
    }
}
