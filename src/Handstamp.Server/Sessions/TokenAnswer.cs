using System.IO.Pipelines;
using System.Text.Json;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>The answer of login, refresh and reauthentication, with the member names of RFC 6749 §5.1.</summary>
sealed class TokenAnswer(TokenIssuer issuer, RefreshCookie cookie, IOptions<SessionOptions> options)
{
    // The value that clients assume.
    static readonly TimeSpan UsualWindow = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Issues the tokens of the session and writes them. A refresh token that is kept in a cookie is never written into
    /// a body, where a script in the page could read it. If the token is the one that was just presented, no cookie is
    /// set. The access token is for the requested resource, which the settings must allow, or for the default.
    /// </summary>
    public async Task WriteAsync(
        HttpContext context, SessionReading reading, bool sameToken, DateTimeOffset now, string? resource = null)
    {
        var tokens = issuer.Issue(reading, resource, now);
        var inCookie = reading.Session.Transport == SessionTransport.Cookie;
        if (inCookie && !sameToken) cookie.Set(context.Response, tokens.RefreshToken, reading.Session, now);
        await WriteAsync(context, tokens, reading.Session, inCookie ? null : tokens.RefreshToken);
    }

    /// <summary>
    /// Issues an access token of the session and writes it, with everything else that a refresh answers but the refresh
    /// token: the caller has not shown one, and goes on with the one that it has.
    /// </summary>
    public Task WriteAccessAsync(HttpContext context, SessionReading reading, DateTimeOffset now, string? resource) =>
        WriteAsync(context, issuer.Issue(reading, resource, now), reading.Session, refreshToken: null);

    async Task WriteAsync(HttpContext context, IssuedTokens tokens, Session session, RefreshToken? refreshToken)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        // Nothing is sent before the flush, so the length can still be set.
        response.ContentLength = Write(response.BodyWriter, tokens, session, refreshToken, options.Value.RetryWindow);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>The number of bytes written.</summary>
    static long Write(PipeWriter body, IssuedTokens tokens, Session session, RefreshToken? refreshToken, TimeSpan window)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("access_token"u8, tokens.AccessToken);
        // RFC 9449 §5.
        json.WriteString("token_type"u8, session.KeyThumbprint is null ? "Bearer"u8 : "DPoP"u8);
        json.WriteNumber("expires_in"u8, (long)tokens.ExpiresIn.TotalSeconds);
        if (refreshToken is { } shown) json.WriteString("refresh_token"u8, shown.Encode());
        json.WriteNumber("refresh_expires_in"u8, (long)tokens.RefreshExpiresIn.TotalSeconds);
        json.WriteString("session_id"u8, tokens.SessionId);
        if (window != UsualWindow) json.WriteNumber("retry_window"u8, window.TotalSeconds);
        json.WriteEndObject();
        json.Flush();
        return json.BytesCommitted;
    }
}
