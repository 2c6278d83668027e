using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using SecondFactorView = Handstamp.Pages.Views.Views_SecondFactor;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/login/code</c>: the second factor of a login, or a new one, if the account needs one and has none. It is shown in
/// the answer to the first factor, whose ticket it carries.
/// </summary>
sealed class SecondFactorPage(
    FormGate gate, PageSession session, FormTokens tokens, EnrolAtLogin enrolments, DeletionPages deletions, PageLinks links, PageWriter pages)
{
    /// <summary>The fields of its form.</summary>
    public static readonly string[] Fields = ["ticket", "methods", "method", "code", "return"];

    /// <summary>Asks for one of these factors, or shows the secret for a new one.</summary>
    public async Task AskAsync(HttpContext context, SignInOutcome.Due due, string returnTo)
    {
        var ticket = due.Ticket.Reveal();
        if (due.DeleteAt is { } deleteAt) await deletions.AskToKeepAsync(context, ticket, deleteAt, returnTo);
        else if (!due.IsEnrolment) await WriteAsync(context, ticket, due.Factors, returnTo);
        else if ((await enrolments.BeginAsync(ticket, onPages: true, context)).Has(out var begun, out var refusal))
            await WriteAsync(context, ticket, due.Factors, AfterEnrolment(context, returnTo), enrolment: begun);
        else await pages.RefuseAsync(context, refusal);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, Fields) is not { } form) return;
        var (ticket, returnTo) = (form["ticket"].ToString(), links.On(context.Request).ReturnTo(form["return"]));

        switch (await session.ContinueAsync(context, ticket, form["method"].ToString(), form["code"].ToString()))
        {
            case null:
                PageWriter.GoTo(context, returnTo);
                break;
            case SignInOutcome.Due due:
                await AskAsync(context, due, returnTo);
                break;
            // Another answer can be given with the same ticket.
            case SignInOutcome.Refused { Refusal: var refusal } when refusal.Problem != Problems.MfaTokenInvalid:
                await WriteAsync(context, ticket, form["methods"].ToString().Split(' '), returnTo, refusal, form["method"].ToString());
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await pages.RefuseAsync(context, refusal);
                break;
        }
    }

    /// <summary>The same for a person who is logged in and authenticates again.</summary>
    public async Task AskAgainAsync(HttpContext context, string ticket, IReadOnlyList<string> factors, string returnTo, Refusal? refusal = null, string method = "")
    {
        var view = pages.PageContext(context, tokens.ForSession(context.Session().Id), refusal, FieldOf(method));
        using var body = new SecondFactorView { Model = new(view, ticket, factors, returnTo, IsLogin: false) };
        await PageWriter.WriteAsync(context, view, view.Texts.SecondFactor, body, scripted: factors.Contains(PasskeyFactor.FactorName));
    }

    // Each factor has a field of its own.
    static string FieldOf(string method) => method == SecondFactorKinds.RecoveryCode ? "recovery-code" : "code";

    // The account has no recovery codes yet, and makes them there.
    string AfterEnrolment(HttpContext context, string returnTo)
    {
        var own = links.On(context.Request);
        return returnTo == own.Account ? own.Factors : returnTo;
    }

    /// <param name="context">The request.</param>
    /// <param name="ticket">The ticket of the sign-in.</param>
    /// <param name="factors">What the account has. In a form that was refused, they come from the form: they only decide what is shown.</param>
    /// <param name="returnTo">Where the login leads.</param>
    /// <param name="refusal">What was wrong with the last answer.</param>
    /// <param name="method">With which factor it was given.</param>
    /// <param name="enrolment">The secret that the person has to add to an app first.</param>
    async Task WriteAsync(
        HttpContext context, string ticket, IReadOnlyList<string> factors, string returnTo, Refusal? refusal = null, string method = "",
        TotpEnrolment? enrolment = null)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal, FieldOf(method));
        using var body = new SecondFactorView { Model = new(view, ticket, factors, returnTo, Enrolment: enrolment) };
        await PageWriter.WriteAsync(context, view, enrolment is null ? view.Texts.SecondFactor : view.Texts.AddTotp, body,
            scripted: factors.Contains(PasskeyFactor.FactorName));
    }
}
