using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The refresh tokens that a request presents, one of a session, the way they came, and for whom the access token shall be.
/// </summary>
readonly record struct PresentedTokens(
    SessionTransport Transport, IReadOnlyList<RefreshToken> Candidates, bool Exposed = false, string? Resource = null)
{
    /// <summary>There were several cookies, and nothing says which of them is the browser's own.</summary>
    public bool IsAmbiguous { get; init; }
}

/// <summary>
/// Finds the refresh token of a request: in the body, in the cookie, or, where that is allowed, in the query.
/// </summary>
sealed class RefreshTokenSource(
    RefreshCookie cookie, BrowserOrigin origin, SessionRotation rotation, IOptions<SessionOptions> options)
{
    const string Parameter = "refresh_token";

    /// <summary>What the request presents, or null when it has been answered with a problem.</summary>
    public async ValueTask<PresentedTokens?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Query.TryGetValue(Parameter, out var inQuery))
            return options.Value.AllowRefreshTokenInQuery
                ? await ParseAsync(context, inQuery.ToString(), exposed: false)
                : await RefuseAsync(context, Problems.RefreshTokenInQuery);

        if (!HasBody(request)) return await ReadCookieAsync(context);
        if (await context.ReadJsonAsync(SessionJson.Default.RefreshRequest) is not { } body) return null;
        if (Misplaced(body, request.Method) is { } member)
            return await RefuseAsync(context, Problems.InvalidRequest, $"There is no member '{member}' here.");
        var presented = body.RefreshToken is { } text
            ? await ParseAsync(context, text, body.Exposed is true)
            : await ReadCookieAsync(context);
        return presented is { } tokens ? tokens with { Resource = body.Resource } : null;
    }

    static string? Misplaced(RefreshRequest body, string method) =>
        HttpMethods.IsDelete(method)
            ? body.Resource is null ? null : "resource"
            : body.Exposed is null ? null : "exposed";

    async ValueTask<PresentedTokens?> ReadCookieAsync(HttpContext context)
    {
        if (!cookie.IsOn(context.Request))
            return await RefuseAsync(context, Problems.RefreshTokenMissing,
                "A browser sends it in the cookie; others send it as the member 'refresh_token' of a JSON body.");
        if (!origin.MayUseCookie(context.Request))
            return await RefuseAsync(context, Problems.OriginNotAllowed);
        return await cookie.ReadAsync(context.Request, rotation) ?? await RefuseAsync(context, UnknownKeys.NotNow);
    }

    async ValueTask<PresentedTokens?> ParseAsync(HttpContext context, string text, bool exposed)
    {
        if (!RefreshToken.TryParse(text, out var token)) return await RefuseAsync(context, Problems.RefreshTokenInvalid, WhatItIs(text));
        return await rotation.CanJudgeAsync(token)
            ? new PresentedTokens(SessionTransport.Body, [token], exposed)
            : await RefuseAsync(context, UnknownKeys.NotNow);
    }

    static string? WhatItIs(string text) => text.StartsWith("eyJ", StringComparison.Ordinal)
        ? "This looks like an access token. The refresh token begins with hsr_."
        : null;

    static bool HasBody(HttpRequest request) => request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;

    static ValueTask<PresentedTokens?> RefuseAsync(HttpContext context, Problem problem, string? detail = null) =>
        RefuseAsync(context, new Refusal(problem, detail));

    static async ValueTask<PresentedTokens?> RefuseAsync(HttpContext context, Refusal refusal)
    {
        await context.WriteProblemAsync(refusal);
        return null;
    }
}
