using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/login/mail</c>: a login without a password. The code is typed where it was requested; the link logs in where it is
/// opened, and only with the button of its page.
/// </summary>
sealed class MailLoginPages(
    FormGate gate, PageSession session, MailLoginOperations mails, SecondFactorPage second, MailForms forms, PageLinks links, PageWriter pages,
    IChallengeGate challenge)
{
    public Task ShowAsync(HttpContext context) => mails.Fault is { } fault
        ? pages.RefuseAsync(context, fault)
        : AskForAddressAsync(context, "", links.On(context.Request).ReturnTo(context.Request.Query["return"]));

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", "return", FormGate.OptionalChallenge) is not { } form) return;
        var (email, returnTo) = (form["email"].ToString(), links.On(context.Request).ReturnTo(form["return"]));
        if ((await challenge.RefuseRequestAsync(context, EmailAddress.Canonical(email), gate.SolutionIn(form))
            ?? await mails.RequestAsync(email, Origin.Of(context), context.RequestAborted)) is { } refusal)
            await AskForAddressAsync(context, email, returnTo, refusal);
        else
            await AskForCodeAsync(context, email, returnTo);
    }

    public async Task SubmitCodeAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", "code", "return", FormGate.RememberField + FormGate.Optional) is not { } form) return;
        var (email, returnTo) = (form["email"].ToString(), links.On(context.Request).ReturnTo(form["return"]));
        await FinishAsync(
            context, await session.BeginAsync(context, MailCodeFactor.FactorName, email, MailForms.CodeOf(form), FormGate.IsTemporary(form)), returnTo,
            refusal => AskForCodeAsync(context, email, returnTo, refusal, FormGate.IsTemporary(form)));
    }

    public Task ShowLinkAsync(HttpContext context) => AskForButtonAsync(context, context.Request.Query["token"].ToString());

    public async Task SubmitLinkAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token", FormGate.RememberField + FormGate.Optional) is not { } form) return;
        var token = form["token"].ToString();
        await FinishAsync(
            context, await session.BeginAsync(context, MailLinkFactor.FactorName, identifier: null, token, FormGate.IsTemporary(form)),
            links.On(context.Request).Account, refusal => AskForButtonAsync(context, token, refusal, FormGate.IsTemporary(form)));
    }

    async Task FinishAsync(HttpContext context, SignInOutcome? outcome, string returnTo, Func<Refusal, Task> again)
    {
        switch (outcome)
        {
            case null:
                PageWriter.GoTo(context, returnTo);
                break;
            case SignInOutcome.Due due:
                await second.AskAsync(context, due, returnTo);
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await again(refusal);
                break;
        }
    }

    Task AskForAddressAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null) => forms.AskForAddressAsync(
        context, gate.VisitorsToken(context), texts => texts.LogInByMail, texts => texts.LogInByMailHint, texts => texts.SendCode,
        to => to.MailLogin, email, returnTo, refusal: refusal);

    Task AskForCodeAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null, bool isTemporary = false) => forms.AskForCodeAsync(
        context, gate.VisitorsToken(context), texts => texts.LogInByMail, texts => texts.CodeSentHint, texts => texts.LogIn,
        to => to.MailLoginCode, email, returnTo, to => to.With(to.MailLogin, returnTo), refusal, isTemporary);

    Task AskForButtonAsync(HttpContext context, string token, Refusal? refusal = null, bool isTemporary = false) => forms.AskForButtonAsync(
        context, gate.VisitorsToken(context), texts => texts.LogInHere, texts => texts.LogInHereHint, texts => texts.LogInHere,
        to => to.MailLoginLink, token, refusal, isTemporary);
}
