using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn;

/// <summary>
/// Who is logged in in this browser: an ordinary session, whose refresh token is in <see cref="BrowserCookie"/>. Each
/// request presents it, so a stolen one is detected here too. Within the retry window this writes nothing.
/// </summary>
sealed class BrowserSession(
    BrowserCookie cookie, LoginOperations login, FormerLogin former, SessionRotation rotation, RefreshTokenReader reader,
    TokenIssuer issuer, TimeProvider clock)
{
    public async ValueTask<BrowserOutcome> FindAsync(HttpContext context) => await RefreshAsync(context) switch
    {
        RefreshOutcome.Granted { Reading.Session: var session } => new BrowserOutcome.LoggedIn(session),
        // Identifying the caller needs no new token, so there is nothing to wait for.
        RefreshOutcome.Quiet { Reading.Session: var session } => new BrowserOutcome.LoggedIn(session),
        // Only a login settles which cookie is the browser's own.
        RefreshOutcome.Refused { Problem: { Definitive: false } problem } refused when problem != Problems.RefreshCookieAmbiguous =>
            new BrowserOutcome.Refused(new Refusal(problem, RetryAfter: refused.RetryAfter)),
        // The cookie stays: the refusal may be late, when the cookie is already a newer one.
        _ => new BrowserOutcome.LoggedOut(),
    };

    /// <summary>Begins the session of a sign-in, or returns why not. An earlier session of the browser ends.</summary>
    public async Task<Refusal?> BeginAsync(HttpContext context, Grant grant)
    {
        var begun = await login.BeginAsync(grant, Origin.Of(context));
        if (begun is LoginOutcome.Begun { Reading.Session: var session })
            await former.EndAsync(cookie, context, session.AccountId, session.Rotation.IssuedAt);
        return SetCookie(context, begun);
    }

    /// <summary>Sets the cookie of a session that has begun, or returns why there is none.</summary>
    public Refusal? SetCookie(HttpContext context, LoginOutcome outcome)
    {
        if (outcome is LoginOutcome.Refused { Refusal: var refusal }) return refusal;
        var session = ((LoginOutcome.Begun)outcome).Reading.Session;
        SetCookie(context, session, session.Rotation.IssuedAt);
        return null;
    }

    /// <summary>Removes the cookie, after its session has been ended on purpose.</summary>
    public void Forget(HttpContext context) => cookie.Clear(context.Response);

    async ValueTask<RefreshOutcome?> RefreshAsync(HttpContext context)
    {
        if (!cookie.IsOn(context.Request)) return null;
        var now = clock.Now();
        if (!(await cookie.ReadAsync(context.Request, reader)).Has(out var presented, out var refusal))
            return new RefreshOutcome.Refused(refusal.Problem, refusal.RetryAfter);
        var outcome = await rotation.RefreshAsync(
            presented, keyThumbprint: null, Origin.Of(context), now, context.RequestAborted);
        if (outcome is RefreshOutcome.Granted granted && granted.Verdict != RotationVerdict.Hold)
            SetCookie(context, granted.Reading.Session, now);
        return outcome;
    }

    void SetCookie(HttpContext context, Session session, DateTimeOffset now) =>
        cookie.Set(context.Response, issuer.RefreshTokenOf(session), session, now);
}

/// <summary>Who is logged in, according to the request.</summary>
abstract record BrowserOutcome
{
    BrowserOutcome() { }

    public sealed record LoggedIn(Session Session) : BrowserOutcome;

    public sealed record LoggedOut : BrowserOutcome;

    /// <summary>It cannot be determined now.</summary>
    public sealed record Refused(Refusal Refusal) : BrowserOutcome;
}
