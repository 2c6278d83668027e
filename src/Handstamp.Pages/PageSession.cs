using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>Who is logged in in the browser, for the pages.</summary>
sealed class PageSession(BrowserSession browser, SignInAttempts attempts, DeviceCookie device, ICallerGate gate, PageWriter pages)
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

    /// <summary>
    /// Whether the caller has authenticated recently. If not, the browser is sent to the page that asks for it, and from
    /// there to this address.
    /// </summary>
    public bool IsRecent(HttpContext context, Caller caller, string returnTo)
    {
        if (gate.RefuseOldLogin(caller) is null) return true;
        pages.AskForPassword(context, returnTo);
        return false;
    }

    /// <summary>Logs a person in with a password, or returns what is missing. An earlier session of the browser ends.</summary>
    public Task<SignInOutcome?> BeginAsync(HttpContext context, string email, string password, bool isTemporary = false) =>
        BeginAsync(context, new FactorAnswer
        {
            Factor = PasswordFactor.FactorName,
            Identifier = email,
            Value = password,
            Devices = device.Read(context.Request),
            By = Origin.Of(context),
        }, isTemporary);

    /// <summary>The same with another first factor.</summary>
    public Task<SignInOutcome?> BeginAsync(HttpContext context, string factor, string? identifier, string value, bool isTemporary) => BeginAsync(
        context, new FactorAnswer { Factor = factor, Identifier = identifier, Value = value, By = Origin.Of(context) }, isTemporary);

    /// <inheritdoc cref="BeginAsync(HttpContext, string, string?, string, bool)"/>
    public async Task<SignInOutcome?> BeginAsync(HttpContext context, FactorAnswer answer, bool isTemporary)
    {
        var request = new SignInRequest { Transport = SessionTransport.Page, IsTemporary = isTemporary };
        var outcome = await attempts.BeginAsync(request, answer, context.RequestAborted);
        if (outcome is not SignInOutcome.Refused && !isTemporary && answer is { Factor: PasswordFactor.FactorName, Identifier: { } name })
            device.Remember(context, Identifier.Of(name));
        return await FinishAsync(context, outcome);
    }

    /// <summary>Goes on with a sign-in that has begun on the pages.</summary>
    public Task<SignInOutcome?> ContinueAsync(HttpContext context, string ticket, string factor, string value) =>
        ContinueAsync(context, ticket, new FactorAnswer { Factor = factor, Value = value, By = Origin.Of(context) });

    /// <inheritdoc cref="ContinueAsync(HttpContext, string, string, string)"/>
    public async Task<SignInOutcome?> ContinueAsync(HttpContext context, string ticket, FactorAnswer answer)
    {
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
