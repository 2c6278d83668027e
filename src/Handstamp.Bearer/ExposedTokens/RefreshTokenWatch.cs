using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Handstamp.Bearer.ExposedTokens;

/// <summary>
/// Reports refresh tokens that arrive at an API. They are only for the issuer. A refresh token that arrives here is in
/// a log, or in the hands of an application that sends it everywhere.
/// </summary>
sealed class RefreshTokenWatch(
    ExposedTokenReporter reporter, Sightings sightings, BearerMetrics metrics, IOptions<HandstampBearerOptions> options,
    ILogger<RefreshTokenWatch> log)
{
    readonly bool _report = options.Value.ReportExposedTokens;

    /// <summary>Whether the request carries one. Allocates nothing if it does not.</summary>
    public bool Catches(HttpRequest request)
    {
        if (Find(request) is not var (token, place) || BelongsHere(request)) return false;

        metrics.Exposed(place);
        if (sightings.IsNews(token, request.HttpContext.Connection.RemoteIpAddress))
            Raise(token, place);
        return true;
    }

    // Anyone can write a text that looks like one. Only the issuer can verify it.
    void Raise(string token, string place)
    {
        BearerLog.TokenSeen(log, place);
        if (_report && RefreshToken.TryParse(token, out var parsed))
            reporter.Report(new(token, parsed.SessionId, place));
    }

    static (string Token, string Place)? Find(HttpRequest request) =>
        FindInHeader(request.Headers.Authorization) is { } header ? (header, "Authorization header")
        : FindInQuery(request.QueryString.Value) is { } query ? (query, "query")
        : FindInCookies(request) is { } cookie ? (cookie, "cookies")
        : null;

    // No other value of this header begins like this, so a damaged token gets the same explanation.
    static string? FindInHeader(StringValues header)
    {
        foreach (var value in header)
        {
            var credential = value.AsSpan(value.AsSpan().IndexOf(' ') + 1).TrimStart();
            if (RefreshToken.LooksLikeOne(credential)) return credential.ToString();
        }

        return null;
    }

    // In the query and in cookies, only a complete token counts: these values are the application's own, and one may
    // begin like this by chance.
    static string? FindInQuery(string? query)
    {
        if (query is null || !query.Contains(RefreshToken.Prefix, StringComparison.Ordinal)) return null;

        foreach (var parameter in new QueryStringEnumerable(query))
        {
            if (RefreshToken.TryParse(parameter.DecodeValue().Span, out _)) return parameter.DecodeValue().ToString();
        }

        return null;
    }

    static string? FindInCookies(HttpRequest request)
    {
        foreach (var header in request.Headers.Cookie)
        {
            if (header?.Contains(RefreshToken.Prefix, StringComparison.Ordinal) is true)
                return request.Cookies.Select(cookie => cookie.Value)
                    .FirstOrDefault(value => RefreshToken.TryParse(value, out _));
        }

        return null;
    }

    // An application may contain the issuer, or be a proxy in front of it. There the token is in the right place.
    static bool BelongsHere(HttpRequest request) =>
        request.Path.Value?.EndsWith("/refresh", StringComparison.OrdinalIgnoreCase) is true;
}
