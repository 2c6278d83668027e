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
/// Checks the access token of a call to this service itself: the token, the proof if the token is bound to a key, and
/// then in the database that its session is alive. RFC 6750 and RFC 9449 §7 define the refusals.
/// </summary>
sealed class AccessGate(
    UnknownKeys unknown, ISessionStore sessions, RefreshTokenReader reader, ProofGate proofs, RecentLogin recent,
    IOptions<HandstampOptions> service, IOptions<SessionOptions> options, TimeProvider clock, ILogger<AccessGate> log)
    : ICallerGate
{
    const string Bearer = BearerChallenge.Scheme + " ";
    const string Dpop = "DPoP ";

    readonly AccessTokenRules _rules = service.Value.OwnTokenRules;

    public async ValueTask<OrRefusal<Caller>> AuthenticateAsync(HttpContext context)
    {
        var (scheme, text) = ReadToken(context.Request.Headers.Authorization.ToString());
        if (scheme is null) return BearerChallenge.ForMissing(Problems.AccessTokenMissing);
        if (RefreshToken.LooksLikeOne(text.Span)) return RefuseRefreshToken(text);

        var now = clock.Now();
        if (await unknown.VerifyAsync(text, _rules, now) is not { } outcome) return UnknownKeys.NotNow;
        if (outcome is not AccessTokenOutcome.Verified { Token: var token })
            return BearerChallenge.ForInvalid(ProblemOf(outcome));
        if (await RefuseProofAsync(context, scheme, text, token) is { } refusal) return refusal;
        return await FindCallerAsync(context, token, now);
    }

    public Refusal? RefuseOldLogin(Caller caller) => recent.Refuse(caller.AuthenticatedAt, clock.Now());

    static Problem ProblemOf(AccessTokenOutcome outcome) => outcome switch
    {
        AccessTokenOutcome.Expired => Problems.AccessTokenExpired,
        // A key was revoked, or the issuer renamed: the session continues, and its next token is valid.
        AccessTokenOutcome.UnknownKey or AccessTokenOutcome.WrongIssuer => Problems.AccessTokenOutdated,
        AccessTokenOutcome.WrongAudience => Problems.AccessTokenWrongAudience,
        _ => Problems.AccessTokenInvalid,
    };

    static (string? Scheme, ReadOnlyMemory<char> Token) ReadToken(string header) =>
        header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? (Bearer, header.AsMemory(Bearer.Length).Trim())
        : header.StartsWith(Dpop, StringComparison.OrdinalIgnoreCase) ? (Dpop, header.AsMemory(Dpop.Length).Trim())
        : default;

    /// <summary>
    /// RFC 9449 §7.1: a bound token is sent as DPoP, with a proof of its key; another token is sent as Bearer.
    /// </summary>
    async ValueTask<Refusal?> RefuseProofAsync(HttpContext context, string scheme, ReadOnlyMemory<char> text, AccessToken token)
    {
        if (token.KeyThumbprint is null)
            return scheme == Bearer
                ? null
                : BearerChallenge.ForInvalid(Problems.AccessTokenInvalid, "This token is not bound to a key. Send it with the Bearer scheme.");
        if (scheme == Bearer)
            return proofs.Refuse(context, Problems.DpopProofRequired, "This token is bound to a key. Send it with the DPoP scheme and a proof.");
        if (!proofs.Read(context, text.ToString()).Has(out var proof, out var refusal)) return refusal;
        return ProofGate.Mismatch(token.KeyThumbprint, proof.KeyThumbprint) is { } problem
            ? proofs.Refuse(context, problem)
            : await proofs.UseAsync(context, proof);
    }

    async ValueTask<OrRefusal<Caller>> FindCallerAsync(HttpContext context, AccessToken token, DateTimeOffset now)
    {
        if (token.SessionId is not { } sessionId) return BearerChallenge.ForInvalid(Problems.AccessTokenInvalid);
        var reading = await sessions.FindAsync(sessionId, context.RequestAborted);
        if (reading is null) return BearerChallenge.ForInvalid(Problems.SessionExpired);
        if (SessionState.Refusal(reading, now, options.Value.RetryWindow) is { Problem: var problem })
            // Its holder has the tokens of the session that replaced it, perhaps in another tab: a refresh finds them.
            return BearerChallenge.ForInvalid(problem.Definitive ? problem : Problems.AccessTokenOutdated);
        context.Features.Set(reading.Session);
        return reading.Session.ToCaller(token.ClientId) with
        {
            // This service writes both into each of its tokens.
            AuthenticatedAt = token.AuthenticatedAt ?? DateTimeOffset.UnixEpoch,
            AuthenticationMethods = string.Join(' ', token.AuthenticationMethods),
        };
    }

    Refusal RefuseRefreshToken(ReadOnlyMemory<char> text)
    {
        // A stranger can write any session's id into a text that looks like a token.
        if (reader.Read(text.Span) is { } token) SessionLog.RefreshTokenMisplaced(log, token.SessionId);
        return BearerChallenge.ForInvalid(
            Problems.AccessTokenInvalid, "This is a refresh token. Send it only to /refresh, never with another call.");
    }
}

static class CallerSession
{
    /// <summary>The session of the caller, as the gate has read it.</summary>
    public static Session Session(this HttpContext context) => context.Features.GetRequiredFeature<Session>();

    /// <summary>The caller that presents the session's refresh token, and so has what the row says.</summary>
    public static Caller ToCaller(this Session session, string clientId) =>
        new(session.AccountId, session.Id, clientId, session.AuthenticatedAt, session.AuthenticationMethods);
}
