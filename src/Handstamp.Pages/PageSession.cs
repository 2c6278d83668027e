using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>Who is logged in in the browser, for the pages.</summary>
sealed class PageSession(BrowserSession browser, SignInAttempts attempts, PageWriter pages)
{
    /// <summary>The caller, or null if nobody is logged in.</summary>
    public async ValueTask<Caller?> FindAsync(HttpContext context) =>
        await browser.FindAsync(context) is BrowserOutcome.LoggedIn { Session: var session } ? CallerOf(session) : null;

    /// <summary>The caller, or null if the request has been answered: with the login page, or with a fault.</summary>
    public async ValueTask<Caller?> RequireAsync(HttpContext context)
    {
        switch (await browser.FindAsync(context))
        {
            case BrowserOutcome.LoggedIn { Session: var session }:
                context.Features.Set(session);
                return CallerOf(session);
            case BrowserOutcome.Refused { Refusal: var refusal }:
                await pages.RefuseAsync(context, refusal);
                return null;
            default:
                pages.AskForLogin(context);
                return null;
        }
    }

    /// <summary>Logs a person in with a password, or returns what is missing. An earlier session of the browser ends.</summary>
    public async Task<SignInOutcome?> BeginAsync(HttpContext context, string email, string password)
    {
        var answer = new FactorAnswer
        {
            Factor = PasswordFactor.FactorName,
            Identifier = email,
            Value = password,
            By = Origin.Of(context),
        };
        var request = new SignInRequest { Transport = SessionTransport.Page };
        return await FinishAsync(context, await attempts.BeginAsync(request, answer, context.RequestAborted));
    }

    /// <summary>Goes on with a sign-in that has begun on the pages.</summary>
    public async Task<SignInOutcome?> ContinueAsync(HttpContext context, string ticket, string factor, string value)
    {
        var answer = new FactorAnswer { Factor = factor, Value = value, By = Origin.Of(context) };
        var step = new SignInStep { Ticket = ticket, Answer = answer, OnPages = true };
        return await FinishAsync(context, await attempts.ContinueAsync(step, context.RequestAborted));
    }

    /// <summary>Null if the person is now logged in; otherwise the factor that is missing, or the refusal.</summary>
    public async Task<SignInOutcome?> FinishAsync(HttpContext context, SignInOutcome outcome)
    {
        if (outcome is not SignInOutcome.Granted { Grant: var grant }) return outcome;
        return await browser.BeginAsync(context, grant) is { } refusal ? new SignInOutcome.Refused(refusal) : null;
    }

    /// <summary>Sets the cookie of a session that has begun, or returns why there is none.</summary>
    public Refusal? SetCookie(HttpContext context, LoginOutcome outcome) => browser.SetCookie(context, outcome);

    /// <summary>Removes the cookie, after its session has been ended on purpose.</summary>
    public void Forget(HttpContext context) => browser.Forget(context);

    static Caller CallerOf(Session session) => session.ToCaller(Caller.FirstParty);
}
