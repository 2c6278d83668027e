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
    PageCookie cookie, SessionLogin login, SessionRotation rotation, TokenIssuer issuer, SessionEnder ender,
    PageWriter pages, TimeProvider clock)
{
    /// <summary>The caller, or null when nobody is logged in.</summary>
    public async ValueTask<Caller?> FindAsync(HttpContext context) =>
        await RefreshAsync(context) is RefreshOutcome.Granted { Reading: var reading } ? CallerOf(reading) : null;

    /// <summary>The caller, or null when the request has been answered: with the login, or with a fault.</summary>
    public async ValueTask<Caller?> RequireAsync(HttpContext context)
    {
        switch (await RefreshAsync(context))
        {
            case RefreshOutcome.Granted { Reading: var reading }:
                return CallerOf(reading);
            // Which cookie is the browser's own a login settles, and nothing else.
            case RefreshOutcome.Refused { Problem: { Definitive: false } problem } when problem != Problems.RefreshCookieAmbiguous:
                await pages.RefuseAsync(context, new Refusal(problem));
                return null;
            default:
                // The cookie stays: the refusal may be late, and the cookie already a newer one.
                pages.AskForLogin(context);
                return null;
        }
    }

    /// <summary>Logs somebody in, or says why not. The session before it, if any, is over.</summary>
    public async Task<Refusal?> BeginAsync(HttpContext context, string email, string password)
    {
        var outcome = await login.CheckAsync(context, email, password);
        if (outcome is not CredentialOutcome.Accepted { Account: var account }) return outcome.ToRefusal();
        var begun = await login.BeginAsync(context, account, SessionTransport.Page, keyThumbprint: null, deviceName: null);
        if (begun is null) return new Refusal(Problems.InvalidCredentials);

        var now = begun.Session.AuthenticatedAt;
        foreach (var token in cookie.Read(context.Request, rotation.IsAuthentic).Candidates.Where(rotation.IsAuthentic))
            await ender.EndAsync(token.SessionId, EndReason.Logout, now);
        Hand(context, begun.Session, now);
        return null;
    }

    /// <summary>Takes the cookie away, after its session has been ended on purpose.</summary>
    public void Forget(HttpContext context) => cookie.Clear(context.Response);

    async ValueTask<RefreshOutcome?> RefreshAsync(HttpContext context)
    {
        if (!cookie.IsOn(context.Request)) return null;
        var now = clock.Now();
        var presented = cookie.Read(context.Request, rotation.IsAuthentic);
        var outcome = await rotation.RefreshAsync(presented, keyThumbprint: null, Use.SourceOf(context), now);
        if (outcome is RefreshOutcome.Granted granted && granted.Cell != RotationCell.Hold)
            Hand(context, granted.Reading.Session, now);
        return outcome;
    }

    void Hand(HttpContext context, Session session, DateTimeOffset now) =>
        cookie.Set(context.Response, issuer.RefreshTokenOf(session), session.IdleExpiresAt - now);

    static Caller CallerOf(SessionReading reading) => new(reading.Session.AccountId, reading.Session.Id);
}
