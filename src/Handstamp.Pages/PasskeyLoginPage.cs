using Handstamp.Server.Audit;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/login/passkey</c>: what the script of the login page sends, for a login with a passkey alone and for the second
/// factor.
/// </summary>
sealed class PasskeyLoginPage(FormGate gate, PageSession session, SecondFactorPage second, PageLinks links, PageWriter pages)
{
    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "ceremony", "credential", "return", FormGate.RememberField + FormGate.Optional) is { } form)
            await FinishAsync(context, form, await session.BeginAsync(context, AnswerOf(context, form), FormGate.IsTemporary(form)));
    }

    public async Task SubmitSecondAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "ticket", "ceremony", "credential", "return") is { } form)
            await FinishAsync(context, form, await session.ContinueAsync(context, form["ticket"].ToString(), AnswerOf(context, form)));
    }

    async Task FinishAsync(HttpContext context, IFormCollection form, SignInOutcome? outcome)
    {
        var returnTo = links.On(context.Request).ReturnTo(form["return"]);
        switch (outcome)
        {
            case null:
                PageWriter.GoTo(context, returnTo);
                break;
            case SignInOutcome.Due due:
                await second.AskAsync(context, due, returnTo);
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await pages.RefuseAsync(context, refusal);
                break;
        }
    }

    static FactorAnswer AnswerOf(HttpContext context, IFormCollection form) =>
        PasskeyLogin.AnswerOf(form["credential"].ToString(), form["ceremony"].ToString(), Origin.Of(context));
}
