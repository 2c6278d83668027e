using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.ExternalLogins;
using Microsoft.AspNetCore.Http;
using AccountView = Handstamp.Pages.Views.Views_Account;

namespace Handstamp.Pages;

/// <summary><c>/account</c>: who is logged in, on which devices, and links to the other pages.</summary>
sealed class AccountPage(
    PageSession session, FormTokens tokens, AccountOperations accounts, OwnDevices devices, ExternalLoginOperations logins,
    ExternalVisits external, ServiceTerms terms, ConditionalPasskeyPage passkey, UsernameOperations usernames, PageWriter pages)
{
    /// <summary>What the address contains after something was done. The page says what it was.</summary>
    public const string PasswordChanged = "?done=password";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string Registered = "?done=registered";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string Renamed = "?done=renamed";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string DeviceEnded = "?done=device";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string ProfileSaved = "?done=profile";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string Kept = "?done=kept";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string EmailChanged = "?done=email";

    /// <inheritdoc cref="PasswordChanged"/>
    public const string UsernameChanged = "?done=username";

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller) return;
        if (await accounts.FindAsync(caller.AccountId, context.RequestAborted) is not { } account)
        {
            pages.AskForLogin(context);
            return;
        }
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId));
        var lines = await devices.ListAsync(caller, view, context.RequestAborted);
        var linked = await logins.ListAsync(caller.AccountId, context.RequestAborted);
        using var body = new AccountView
        {
            Model = new(view, account.Label, lines, DoneText(context.Request, view.Texts), terms.AreDue(account), [.. linked.Select(one => LineOf(one, view))], external.Providers, passkey.IsFor(caller), usernames.IsOn),
        };
        await PageWriter.WriteAsync(context, view, view.Texts.MyAccount, body, wide: true, scripted: passkey.IsFor(caller));
    }

    // A provider that is no longer in the settings has only the operator's name for it.
    ExternalLoginLine LineOf(ExternalLogin login, PageContext view) => new(
        login.Id, external.Providers.FirstOrDefault(one => one.Name == login.Provider)?.DisplayName ?? login.Provider, login.Label,
        view.When(login.LastUsedAt));

    static string? DoneText(HttpRequest request, Texts texts) => request.QueryString.Value switch
    {
        PasswordChanged => texts.PasswordChanged,
        Registered => texts.Registered,
        Renamed => texts.Renamed,
        DeviceEnded => texts.DeviceEnded,
        ProfileSaved => texts.ProfileSaved,
        Kept => texts.AccountKept,
        EmailChanged => texts.EmailChanged,
        UsernameChanged => texts.UsernameChanged,
        _ => null,
    };
}
