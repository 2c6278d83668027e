using Handstamp.Server.Accounts;
using Handstamp.Server.ExternalLogins;
using Microsoft.AspNetCore.Http;
using AccountView = Handstamp.Pages.Views.Views_Account;

namespace Handstamp.Pages;

/// <summary><c>/account</c>: who is logged in, on which devices, and links to the other pages.</summary>
sealed class AccountPage(
    PageSession session, FormTokens tokens, AccountOperations accounts, OwnDevices devices, ExternalLoginOperations logins,
    ExternalVisits external, ConditionalPasskeyPage passkey, PageWriter pages)
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
        var linked = await logins.ListAsync(caller.AccountId, context.RequestAborted);
        using var body = new AccountView
        {
            Model = new(view, account.Label, lines, changed, [.. linked.Select(one => LineOf(one, view.Texts))], external.Providers, passkey.IsFor(caller)),
        };
        await PageWriter.WriteAsync(context, view, view.Texts.MyAccount, body, wide: true, scripted: passkey.IsFor(caller));
    }

    // A provider that is no longer in the settings has only the operator's name for it.
    ExternalLoginLine LineOf(ExternalLogin login, Texts texts) => new(
        login.Id, external.Providers.FirstOrDefault(one => one.Name == login.Provider)?.DisplayName ?? login.Provider, login.Label,
        new Day(login.LastUsedAt, texts.DateFormat));
}
