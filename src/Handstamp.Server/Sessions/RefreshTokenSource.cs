using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The refresh tokens of this service in a request, one per session, how they were sent, and the requested audience of
/// the access token.
/// </summary>
readonly record struct PresentedTokens(
    SessionTransport Transport, IReadOnlyList<AuthenticToken> Candidates, bool Exposed = false, string? Resource = null)
{
    /// <summary>There were several cookies, and it is unknown which one is the browser's own.</summary>
    public bool IsAmbiguous { get; init; }
}

/// <summary>Finds the refresh token of a request: in the body, in the cookie, or, if allowed, in the query.</summary>
sealed class RefreshTokenSource(
    RefreshCookie cookie, BrowserOrigin origin, RefreshTokenReader reader, IOptions<SessionOptions> options)
{
    const string Parameter = "refresh_token";

    public async ValueTask<OrRefusal<PresentedTokens>> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Query.TryGetValue(Parameter, out var inQuery))
            return options.Value.AllowRefreshTokenInQuery ? await ParseAsync(inQuery.ToString(), exposed: false) : Problems.RefreshTokenInQuery;

        if (!HasBody(request)) return await ReadCookieAsync(request);
        if (!(await context.ReadJsonAsync(SessionJson.Default.RefreshRequest)).Has(out var body, out var refusal)) return refusal;
        if (Misplaced(body, request.Method) is { } member)
            return new Refusal(Problems.InvalidRequest, $"The member '{member}' is not allowed here.");
        var read = body.RefreshToken is { } text ? await ParseAsync(text, body.Exposed is true) : await ReadCookieAsync(request);
        return read.Has(out var presented, out refusal) ? presented with { Resource = body.Resource } : refusal;
    }

    static string? Misplaced(RefreshRequest body, string method) =>
        HttpMethods.IsDelete(method)
            ? body.Resource is null ? null : "resource"
            : body.Exposed is null ? null : "exposed";

    async ValueTask<OrRefusal<PresentedTokens>> ReadCookieAsync(HttpRequest request)
    {
        if (!cookie.IsOn(request))
            return new Refusal(Problems.RefreshTokenMissing,
                "A browser sends the refresh token in the cookie. Other clients send it in a JSON body, as the member 'refresh_token'.");
        return origin.MayUseCookie(request) ? await cookie.ReadAsync(request, reader) : Problems.OriginNotAllowed;
    }

    async ValueTask<OrRefusal<PresentedTokens>> ParseAsync(string text, bool exposed)
    {
        if (!RefreshToken.TryParse(text, out _)) return new Refusal(Problems.RefreshTokenInvalid, WhatItIs(text));
        return await reader.ReadAsync([text]) is { } tokens
            ? new PresentedTokens(SessionTransport.Body, tokens, exposed)
            : UnknownKeys.NotNow;
    }

    static string? WhatItIs(string text) => text.StartsWith("eyJ", StringComparison.Ordinal)
        ? "This looks like an access token. A refresh token begins with hsr_."
        : null;

    static bool HasBody(HttpRequest request) => request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
}
