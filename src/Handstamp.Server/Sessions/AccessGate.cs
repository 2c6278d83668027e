using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Checks the access token of a call to this service itself: the token, the proof if it is bound to a key, and then,
/// because the database is at hand, that its session is alive. RFC 6750 and RFC 9449 §7 say how to refuse.
/// </summary>
sealed class AccessGate(
    UnknownKeys unknown, ISessionStore sessions, SessionRotation rotation, ProofGate proofs, IOptions<HandstampOptions> service,
    IOptions<SessionOptions> options, TimeProvider clock, ILogger<AccessGate> log)
    : ICallerGate
{
    const string Bearer = "Bearer ";
    const string Dpop = "DPoP ";

    readonly AccessTokenRules _rules = service.Value.OwnTokenRules;

    public async ValueTask<Caller?> AuthenticateAsync(HttpContext context)
    {
        var (scheme, text) = ReadToken(context.Request.Headers.Authorization.ToString());
        if (scheme is null) return await RefuseAsync(context, Problems.AccessTokenMissing, "Bearer");
        if (RefreshToken.LooksLikeOne(text.Span)) return await RefuseRefreshTokenAsync(context, text);

        var now = clock.Now();
        switch (await unknown.VerifyAsync(text, _rules, now))
        {
            case AccessTokenOutcome.Verified { Token: var token }:
                return await IsProvenAsync(context, scheme, text, token) ? await FindCallerAsync(context, token, now) : null;
            case { } outcome:
                return await RefuseAsync(context, ProblemOf(outcome));
            default:
                await context.WriteProblemAsync(UnknownKeys.NotNow);
                return null;
        }
    }

    static Problem ProblemOf(AccessTokenOutcome outcome) => outcome switch
    {
        AccessTokenOutcome.Expired => Problems.AccessTokenExpired,
        // A key was revoked, or the issuer renamed: the session goes on, and its next token is good.
        AccessTokenOutcome.UnknownKey or AccessTokenOutcome.WrongIssuer => Problems.AccessTokenOutdated,
        AccessTokenOutcome.WrongAudience => Problems.AccessTokenWrongAudience,
        _ => Problems.AccessTokenInvalid,
    };

    static (string? Scheme, ReadOnlyMemory<char> Token) ReadToken(string header) =>
        header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? (Bearer, header.AsMemory(Bearer.Length).Trim())
        : header.StartsWith(Dpop, StringComparison.OrdinalIgnoreCase) ? (Dpop, header.AsMemory(Dpop.Length).Trim())
        : default;

    /// <summary>RFC 9449 §7.1: a bound token comes as DPoP, with a proof of its key for it; another one comes as Bearer.</summary>
    async ValueTask<bool> IsProvenAsync(HttpContext context, string scheme, ReadOnlyMemory<char> text, AccessToken token)
    {
        if (token.KeyThumbprint is null && scheme == Bearer) return true;
        if (token.KeyThumbprint is null)
        {
            await RefuseAsync(context, Problems.AccessTokenInvalid, detail: "This token is not bound to a key. Send it as Bearer.");
            return false;
        }
        if (scheme == Bearer)
        {
            await proofs.RefuseAsync(context, Problems.DpopProofRequired, "This token is bound to a key. Send it as DPoP, with a proof.");
            return false;
        }
        if (await proofs.ReadAsync(context, text.ToString()) is not { } proof) return false;
        if (ProofGate.Mismatch(token.KeyThumbprint, proof.KeyThumbprint) is not { } problem) return await proofs.TryUseAsync(context, proof);
        await proofs.RefuseAsync(context, problem);
        return false;
    }

    async ValueTask<Caller?> FindCallerAsync(HttpContext context, AccessToken token, DateTimeOffset now)
    {
        if (token.SessionId is not { } sessionId) return await RefuseAsync(context, Problems.AccessTokenInvalid);
        var reading = await sessions.FindAsync(sessionId, context.RequestAborted);
        if (reading is null) return await RefuseAsync(context, Problems.SessionExpired);
        if (SessionState.Refusal(reading, now, options.Value.RetryWindow) is { Problem: var problem })
            // Its tokens have successors, which a refresh finds: no reason to give them up.
            return await RefuseAsync(context, problem.Definitive ? problem : Problems.AccessTokenExpired);
        context.Features.Set(reading.Session);
        return new Caller(reading.Session.AccountId, sessionId);
    }

    async ValueTask<Caller?> RefuseRefreshTokenAsync(HttpContext context, ReadOnlyMemory<char> text)
    {
        // A stranger can write any session's id into a text that looks like one.
        if (RefreshToken.TryParse(text.Span, out var token) && rotation.IsAuthentic(token)) SessionLog.WrongDoor(log, token.SessionId);
        return await RefuseAsync(context, Problems.AccessTokenInvalid,
            detail: "This is a refresh token. It goes to /refresh alone, never with a call.");
    }

    static async ValueTask<Caller?> RefuseAsync(HttpContext context, Problem problem, string? challenge = null, string? detail = null)
    {
        // RFC 6750 §3: no error code where the request had no token.
        context.Response.Headers.WWWAuthenticate = challenge
            ?? $"Bearer error=\"invalid_token\", error_description=\"{problem.Title}\", code=\"{problem.Code}\"";
        await context.WriteProblemAsync(problem, detail);
        return null;
    }
}

static class CallerSession
{
    /// <summary>The session of the caller, as the gate has read it.</summary>
    public static Session Session(this HttpContext context) => context.Features.GetRequiredFeature<Session>();
}
