using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using DeleteView = Handstamp.Pages.Views.Views_Delete;
using KeepView = Handstamp.Pages.Views.Views_Keep;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/delete</c>: a person deletes the account, after a recent login. Until the grace period is over it can be kept: after
/// a login, or at <c>/account/restore</c> with the link in the mail.
/// </summary>
sealed class DeletionPages(
    FormGate gate, PageSession session, FormTokens tokens, DeletionOperations deletions, MailForms forms, PageLinks links,
    PageWriter pages, IOptions<AccountOptions> accounts, TimeProvider clock)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller && IsRecent(context, caller)) await WriteAsync(context, caller);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent || !IsRecent(context, sent.Caller)) return;
        var requested = await deletions.RequestAsync(sent.Caller.AccountId, sent.Caller.SessionId, Origin.Of(context));
        if (!requested.Has(out var pending, out var refusal))
        {
            await WriteAsync(context, sent.Caller, refusal);
            return;
        }
        session.Forget(context);
        if (pending.Deleted) await pages.SayAsync(context, texts => texts.AccountDeleted, texts => texts.AccountDeletedHint, canLogIn: false);
        else await pages.SayAsync(
            context, texts => texts.AccountToBeDeleted, texts => texts.AccountToBeDeletedHint.With("date", Day(pending.DeletesAt, texts)));
    }

    /// <summary>Asks a person who has logged in whether the account is kept after all.</summary>
    public async Task AskToKeepAsync(HttpContext context, string ticket, DateTimeOffset deleteAt, string returnTo)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context));
        using var body = new KeepView { Model = new(view, view.Texts.KeepAccountHint.With("date", Day(deleteAt, view.Texts)), ticket, returnTo) };
        await PageWriter.WriteAsync(context, view, view.Texts.KeepAccountTitle, body);
    }

    /// <summary>The person keeps it, and is logged in.</summary>
    public async Task KeepAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "ticket", "return") is not { } form) return;
        var own = links.On(context.Request);
        var outcome = await session.ContinueAsync(context, form["ticket"].ToString(), RestoreFactor.FactorName, "");
        if (outcome is SignInOutcome.Refused { Refusal: var refusal }) await pages.RefuseAsync(context, refusal);
        else if (outcome is null) PageWriter.GoTo(context, own.After(own.ReturnTo(form["return"]), AccountPage.Kept));
        else pages.AskForLogin(context);
    }

    public Task ShowRestoreAsync(HttpContext context) => AskToRestoreAsync(context, context.Request.Query["token"].ToString());

    public async Task RestoreAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token") is not { } form) return;
        var token = form["token"].ToString();
        if (await deletions.CancelAsync(token, Origin.Of(context)) is { } refusal) await AskToRestoreAsync(context, token, refusal);
        else await pages.SayAsync(context, texts => texts.AccountRestored, texts => texts.AccountRestoredHint);
    }

    bool IsRecent(HttpContext context, Caller caller) => session.IsRecent(context, caller, links.On(context.Request).Delete);

    Task AskToRestoreAsync(HttpContext context, string token, Refusal? refusal = null) => forms.AskForButtonAsync(
        context, gate.VisitorsToken(context), texts => texts.KeepAccountTitle, texts => texts.RestoreAccountHint, texts => texts.KeepAccount,
        to => to.Restore, token, refusal);

    async Task WriteAsync(HttpContext context, Caller caller, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal);
        var grace = accounts.Value.DeletionGrace;
        var hint = grace == TimeSpan.Zero
            ? view.Texts.DeleteAccountNowHint
            : view.Texts.DeleteAccountHint.With("date", Day(clock.Now() + grace, view.Texts));
        using var body = new DeleteView { Model = new(view, hint) };
        await PageWriter.WriteAsync(context, view, view.Texts.DeleteAccount, body);
    }

    string Day(DateTimeOffset time, Texts texts) => new Moment(time, clock.Now(), texts).Day;
}
