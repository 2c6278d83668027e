using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using SecondFactorView = Handstamp.Pages.Views.Views_SecondFactor;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/login/code</c>: the second factor of a login. It is shown in the answer to the first one, whose ticket it carries.
/// </summary>
sealed class SecondFactorPage(FormGate gate, PageSession session, PageLinks links, PageWriter pages)
{
    /// <summary>Asks for one of these factors.</summary>
    public Task AskAsync(HttpContext context, SignInOutcome.Due due, string returnTo) =>
        WriteAsync(context, due.Ticket.Reveal(), due.Factors, returnTo);

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "ticket", "methods", "method", "code", "return") is not { } form) return;
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
                await WriteAsync(context, ticket, form["methods"].ToString().Split(' '), returnTo, refusal);
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await pages.RefuseAsync(context, refusal);
                break;
        }
    }

    /// <param name="context">The request.</param>
    /// <param name="ticket">The ticket of the sign-in.</param>
    /// <param name="factors">What the account has. In a form that was refused, they come from the form: they only decide what is shown.</param>
    /// <param name="returnTo">Where the login leads.</param>
    /// <param name="refusal">What was wrong with the last answer.</param>
    async Task WriteAsync(HttpContext context, string ticket, IReadOnlyList<string> factors, string returnTo, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal);
        using var body = new SecondFactorView { Model = new(view, ticket, factors, returnTo) };
        await PageWriter.WriteAsync(context, view, view.Texts.SecondFactor, body);
    }
}
