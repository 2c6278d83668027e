using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Checks the access token of a call to this service itself: the token, and then, because the database is at hand,
/// that its session is alive. RFC 6750 says how to refuse.
/// </summary>
sealed class AccessGate(
    KeyRingService keys, ISessionStore sessions, IOptions<HandstampOptions> service, TimeProvider clock, ILogger<AccessGate> log)
    : ICallerGate
{
    const string Scheme = "Bearer ";

    readonly AccessTokenRules _rules = service.Value.AccessTokenRules;

    public async ValueTask<Caller?> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return await RefuseAsync(context, Problems.AccessTokenMissing, "Bearer");
        var text = header.AsMemory(Scheme.Length).Trim();
        if (RefreshToken.LooksLikeOne(text.Span)) return await RefuseRefreshTokenAsync(context, text);

        var now = clock.Now();
        var outcome = AccessTokenVerifier.Verify(text.Span, keys.Ring.PublicKeys, _rules, now);
        return outcome is AccessTokenOutcome.Verified { Token: var token }
            ? await FindCallerAsync(context, token, now)
            : await RefuseAsync(context, outcome is AccessTokenOutcome.Expired ? Problems.AccessTokenExpired : Problems.AccessTokenInvalid);
    }

    async ValueTask<Caller?> FindCallerAsync(HttpContext context, AccessToken token, DateTimeOffset now)
    {
        if (token.SessionId is not { } sessionId) return await RefuseAsync(context, Problems.AccessTokenInvalid);
        var reading = await sessions.FindAsync(sessionId, context.RequestAborted);
        if (reading is null) return await RefuseAsync(context, Problems.SessionExpired);
        if (SessionState.Refusal(reading, now) is { } problem) return await RefuseAsync(context, problem);
        context.Features.Set(reading.Session);
        return new Caller(reading.Session.AccountId, sessionId);
    }

    async ValueTask<Caller?> RefuseRefreshTokenAsync(HttpContext context, ReadOnlyMemory<char> text)
    {
        if (RefreshToken.TryParse(text.Span, out var token)) SessionLog.WrongDoor(log, token.SessionId);
        return await RefuseAsync(context, Problems.AccessTokenInvalid,
            detail: "This is a refresh token. It goes to /refresh alone, never with a call.");
    }

    static async ValueTask<Caller?> RefuseAsync(HttpContext context, Problem problem, string? challenge = null, string? detail = null)
    {
        // RFC 6750 §3: no error code where the request had no token.
        context.Response.Headers.WWWAuthenticate = challenge ?? $"Bearer error=\"invalid_token\", error_description=\"{problem.Title}\"";
        await context.WriteProblemAsync(problem, detail);
        return null;
    }
}

static class CallerSession
{
    /// <summary>The session of the caller, as the gate has read it.</summary>
    public static Session Session(this HttpContext context) => context.Features.GetRequiredFeature<Session>();
}
