using Handstamp.Server.Accounts;
using Microsoft.AspNetCore.Http;
using AccountView = Handstamp.Pages.Views.Views_Account;

namespace Handstamp.Pages;

/// <summary><c>/account</c>: who is logged in, on which devices, and links to the other pages.</summary>
sealed class AccountPage(
    PageSession session, FormTokens tokens, AccountOperations accounts, OwnDevices devices, PageWriter pages)
{
    /// <summary>What the address contains after a password change.</summary>
    public const string PasswordChanged = "?done=password";

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller) return;
        if (await accounts.FindAsync(caller.AccountId, context.RequestAborted) is not { } account)
        {
            pages.AskForLogin(context);
            return;
        }
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId));
        var lines = await devices.ListAsync(caller, view.Texts, context.RequestAborted);
        var changed = context.Request.QueryString.Value == PasswordChanged;
        using var body = new AccountView { Model = new(view, account.Label, lines, changed) };
        await PageWriter.WriteAsync(context, view, view.Texts.MyAccount, body, wide: true);
    }
}
