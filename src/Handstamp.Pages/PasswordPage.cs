using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using PasswordView = Handstamp.Pages.Views.Views_Password;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/password</c>: a person who knows the old password sets a new one, and gets a new session for the old
/// ones. After a login with more than the password, that login has to be recent.
/// </summary>
sealed class PasswordPage(
    FormGate gate, PageSession session, FormTokens tokens, PasswordOperations passwords, AccountOperations accounts,
    PageLinks links, PageWriter pages, IOptions<AccountOptions> options)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller) return;
        if (passwords.RefuseOldLogin(context.Session()) is null) await WriteAsync(context, caller);
        else pages.AskForPassword(context, links.On(context.Request).Password);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "current", "password", "again") is not { } sent) return;
        var (caller, form) = (sent.Caller, sent.Form);
        var (current, chosen) = (form["current"].ToString(), form["password"].ToString());

        var refusal = chosen != form["again"].ToString()
            ? NewPassword.Differs
            : session.SetCookie(context, await passwords.ChangeAsync(
                context.Session(), current, chosen, Origin.Of(context), context.RequestAborted));
        if (refusal is null) PageWriter.GoTo(context, links.On(context.Request).Account + AccountPage.PasswordChanged);
        else if (refusal.Problem == Problems.InsufficientUserAuthentication) pages.AskForPassword(context, links.On(context.Request).Password);
        else await WriteAsync(context, caller, refusal);
    }

    async Task WriteAsync(HttpContext context, Caller caller, Refusal? refusal = null)
    {
        var account = await accounts.FindAsync(caller.AccountId, context.RequestAborted);
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "current", "password", "again");
        using var body = new PasswordView
        {
            Model = new(view, account?.Label ?? "", NewPassword.Hint(view.Texts, options.Value)),
        };
        await PageWriter.WriteAsync(context, view, view.Texts.ChangePassword, body, showsPassword: true);
    }
}
