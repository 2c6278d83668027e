using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Pages;

/// <summary>
/// Who is logged in on the pages: a session as any other, whose refresh token lies in <see cref="PageCookie"/>. Each
/// page presents it, so one that is stolen ends itself here too; within the retry window that writes nothing.
/// </summary>
sealed class PageSession(
    PageCookie cookie, SessionLogin login, FormerLogin former, SessionRotation rotation, TokenIssuer issuer,
    PageWriter pages, TimeProvider clock)
{
    /// <summary>The caller, or null when nobody is logged in.</summary>
    public async ValueTask<Caller?> FindAsync(HttpContext context) =>
        SessionOf(await RefreshAsync(context)) is { } session ? CallerOf(session) : null;

    /// <summary>The caller, or null when the request has been answered: with the login, or with a fault.</summary>
    public async ValueTask<Caller?> RequireAsync(HttpContext context)
    {
        var outcome = await RefreshAsync(context);
        if (SessionOf(outcome) is { } session)
        {
            context.Features.Set(session);
            return CallerOf(session);
        }
        // Which cookie is the browser's own a login settles, and nothing else.
        if (outcome is RefreshOutcome.Refused { Problem: { Definitive: false } problem } refused
            && problem != Problems.RefreshCookieAmbiguous)
            await pages.RefuseAsync(context, new Refusal(problem, RetryAfter: refused.RetryAfter));
        else
            // The cookie stays: the refusal may be late, and the cookie already a newer one.
            pages.AskForLogin(context);
        return null;
    }

    /// <summary>Logs somebody in, or says why not. The session before it, if any, is over.</summary>
    public async Task<Refusal?> BeginAsync(HttpContext context, string email, string password)
    {
        var outcome = await login.CheckAsync(context, email, password);
        if (outcome is not CredentialOutcome.Accepted { Account: var account }) return outcome.ToRefusal();
        var begun = await login.BeginAsync(context, account, SessionTransport.Page, keyThumbprint: null, deviceName: null);
        if (begun is LoginOutcome.Begun { Reading.Session: var session })
            await former.EndAsync(cookie, context, account.Id, session.AuthenticatedAt);
        return Hand(context, begun);
    }

    /// <summary>Hands the cookie of a session that has begun to the browser, or says why there is none.</summary>
    public Refusal? Hand(HttpContext context, LoginOutcome outcome)
    {
        if (outcome is LoginOutcome.Refused { Refusal: var refusal }) return refusal;
        var session = ((LoginOutcome.Begun)outcome).Reading.Session;
        Hand(context, session, session.AuthenticatedAt);
        return null;
    }

    /// <summary>Takes the cookie away, after its session has been ended on purpose.</summary>
    public void Forget(HttpContext context) => cookie.Clear(context.Response);

    async ValueTask<RefreshOutcome?> RefreshAsync(HttpContext context)
    {
        if (!cookie.IsOn(context.Request)) return null;
        var now = clock.Now();
        var presented = cookie.Read(context.Request, rotation.IsAuthentic);
        var outcome = await rotation.RefreshAsync(
            presented, keyThumbprint: null, Use.SourceOf(context), Origin.Of(context), now, context.RequestAborted);
        if (outcome is RefreshOutcome.Granted granted && granted.Cell != RotationCell.Hold)
            Hand(context, granted.Reading.Session, now);
        return outcome;
    }

    void Hand(HttpContext context, Session session, DateTimeOffset now) =>
        cookie.Set(context.Response, issuer.RefreshTokenOf(session), session.IdleExpiresAt - now);

    static Session? SessionOf(RefreshOutcome? outcome) => outcome switch
    {
        RefreshOutcome.Granted { Reading.Session: var session } => session,
        // A page needs to know who asks, not a new token: there is nothing to wait for.
        RefreshOutcome.Quiet { Reading.Session: var session } => session,
        _ => null,
    };

    static Caller CallerOf(Session session) => new(session.AccountId, session.Id);
}
