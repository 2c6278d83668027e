using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/email</c>: another address for the account. Its mail is confirmed with a code here, or with a link that can be opened
/// anywhere. <c>/account/email/undo</c> takes the change back, with the link in the mail to the former address.
/// </summary>
sealed class EmailPages(
    FormGate gate, PageSession session, FormTokens tokens, EmailChangeOperations changes, MailForms forms, PageLinks links, PageWriter pages)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller || !IsRecent(context, caller)) return;
        if (changes.IsOn) await AskForAddressAsync(context, caller, "");
        else await pages.RefuseAsync(context, Problems.MailNotConfigured);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "email", "return") is not { } sent || !IsRecent(context, sent.Caller)) return;
        var email = sent.Form["email"].ToString();
        if (await changes.RequestAsync(sent.Caller.AccountId, email, Origin.Of(context), context.RequestAborted) is { } refusal)
            await AskForAddressAsync(context, sent.Caller, email, refusal);
        else
            await AskForCodeAsync(context, sent.Caller, email);
    }

    public async Task SubmitCodeAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "email", "code", "return") is not { } sent) return;
        var email = sent.Form["email"].ToString();
        if (await changes.ConfirmAsync(
            email, MailForms.CodeOf(sent.Form), sent.Caller.AccountId, Origin.Of(context), context.RequestAborted) is { } refusal)
            await AskForCodeAsync(context, sent.Caller, email, refusal);
        else
            PageWriter.GoTo(context, links.On(context.Request).Account + AccountPage.EmailChanged);
    }

    public Task ShowConfirmAsync(HttpContext context) => AskToConfirmAsync(context, context.Request.Query["token"].ToString());

    public async Task ConfirmAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token") is not { } form) return;
        var token = form["token"].ToString();
        if (await changes.ConfirmAsync(token, Origin.Of(context), context.RequestAborted) is { } refusal)
            await AskToConfirmAsync(context, token, refusal);
        else
            await pages.SayAsync(context, texts => texts.EmailChanged, texts => texts.EmailChangedHint);
    }

    public Task ShowUndoAsync(HttpContext context) => AskToUndoAsync(context, context.Request.Query["token"].ToString());

    public async Task UndoAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token") is not { } form) return;
        var token = form["token"].ToString();
        if (await changes.UndoAsync(token, Origin.Of(context)) is { } refusal) await AskToUndoAsync(context, token, refusal);
        else await pages.SayAsync(context, texts => texts.EmailRestored, texts => texts.EmailRestoredHint);
    }

    bool IsRecent(HttpContext context, Caller caller) => session.IsRecent(context, caller, links.On(context.Request).Email);

    Task AskForAddressAsync(HttpContext context, Caller caller, string email, Refusal? refusal = null) => forms.AskForAddressAsync(
        context, tokens.ForSession(caller.SessionId), texts => texts.ChangeEmail, texts => texts.ChangeEmailHint, texts => texts.SendCode,
        to => to.Email, email, links.On(context.Request).Account, isNew: true, refusal);

    Task AskForCodeAsync(HttpContext context, Caller caller, string email, Refusal? refusal = null) => forms.AskForCodeAsync(
        context, tokens.ForSession(caller.SessionId), texts => texts.ChangeEmail, texts => texts.ChangeEmailCodeHint, texts => texts.Confirm,
        to => to.EmailCode, email, links.On(context.Request).Account, to => to.Email, refusal);

    Task AskToConfirmAsync(HttpContext context, string token, Refusal? refusal = null) => forms.AskForButtonAsync(
        context, gate.VisitorsToken(context), texts => texts.ConfirmEmail, texts => texts.ConfirmEmailHint, texts => texts.Confirm,
        to => to.EmailConfirm, token, refusal);

    Task AskToUndoAsync(HttpContext context, string token, Refusal? refusal = null) => forms.AskForButtonAsync(
        context, gate.VisitorsToken(context), texts => texts.UndoEmail, texts => texts.UndoEmailHint, texts => texts.UndoEmail,
        to => to.EmailUndo, token, refusal);
}
