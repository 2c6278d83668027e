using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Handstamp.Bearer.ExposedTokens;

/// <summary>
/// Raises the alarm for refresh tokens that arrive at an API. They are for the issuer alone: one that is seen here is
/// in somebody's logs, or in the hands of an application that sends it everywhere.
/// </summary>
sealed class RefreshTokenWatch(
    ExposedTokenReporter reporter, Sightings sightings, BearerMetrics metrics, IOptions<HandstampBearerOptions> options,
    ILogger<RefreshTokenWatch> log)
{
    readonly bool _report = options.Value.ReportExposedTokens;

    /// <summary>Whether the request carries one. Allocates nothing for a request that doesn't.</summary>
    public bool Catches(HttpRequest request)
    {
        if (Find(request) is not var (token, place) || IsRightDoor(request)) return false;

        metrics.Exposed(place);
        if (sightings.IsNews(token, request.HttpContext.Connection.RemoteIpAddress))
            Raise(token, place);
        return true;
    }

    // Anybody can write a text that looks like one: whose it is, the issuer alone can tell.
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

    // Nothing else that starts so is of use in this header, so a damaged one is told what it is, too.
    static string? FindInHeader(StringValues header)
    {
        foreach (var value in header)
        {
            var credential = value.AsSpan(value.AsSpan().IndexOf(' ') + 1).TrimStart();
            if (RefreshToken.LooksLikeOne(credential)) return credential.ToString();
        }

        return null;
    }

    // In the query and in cookies only a whole token counts: these values are the application's own, and one of them
    // may start so by chance.
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

    // An application may hold the issuer itself, or stand in front of it: there the token is where it belongs.
    static bool IsRightDoor(HttpRequest request) =>
        request.Path.Value?.EndsWith("/refresh", StringComparison.OrdinalIgnoreCase) is true;
}
