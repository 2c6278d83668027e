using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using UsernameView = Handstamp.Pages.Views.Views_Username;

namespace Handstamp.Pages;

/// <summary><c>/account/username</c>: a username for the account, in place of the one that it has. It needs a recent login.</summary>
sealed class UsernamePage(
    FormGate gate, PageSession session, FormTokens tokens, UsernameOperations usernames, AccountOperations accounts, PageLinks links,
    PageWriter pages)
{
    const string Field = "username";

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller || !IsRecent(context, caller)) return;
        var account = await accounts.FindAsync(caller.AccountId, context.RequestAborted);
        await WriteAsync(context, caller, account?.Username ?? "");
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, Field) is not { } sent || !IsRecent(context, sent.Caller)) return;
        var name = sent.Form[Field].ToString().Trim();
        if (await usernames.ChangeAsync(sent.Caller.AccountId, sent.Caller.SessionId, name, Origin.Of(context)) is { } refusal)
            await WriteAsync(context, sent.Caller, name, refusal);
        else
            PageWriter.GoTo(context, links.On(context.Request).Account + AccountPage.UsernameChanged);
    }

    bool IsRecent(HttpContext context, Caller caller) => session.IsRecent(context, caller, links.On(context.Request).Username);

    async Task WriteAsync(HttpContext context, Caller caller, string name, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, Field);
        using var body = new UsernameView { Model = new(view, name) };
        await PageWriter.WriteAsync(context, view, view.Texts.ChangeUsername, body);
    }
}
