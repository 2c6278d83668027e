using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;
using LogoutView = Handstamp.Pages.Views.Views_Logout;

namespace Handstamp.Pages;

/// <summary><c>/account/logout</c>: log out here or everywhere. To a person who is not logged in it says so.</summary>
sealed class LogoutPage(
    FormGate gate, PageSession session, FormTokens tokens, SessionOperations sessions, PageLinks links, PageWriter pages,
    TimeProvider clock)
{
    /// <summary>What the address contains after a logout.</summary>
    public const string Done = "?done";

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.FindAsync(context) is not { } caller)
        {
            var isDone = context.Request.QueryString.Value == Done;
            await pages.SayAsync(context, texts => isDone ? texts.LoggedOut : texts.NotLoggedIn, texts => texts.LoggedOutHint);
            return;
        }
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId));
        using var body = new LogoutView { Model = new(view) };
        await PageWriter.WriteAsync(context, view, view.Texts.LogOut, body);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent) return;
        await sessions.EndAsync(sent.Caller.SessionId, Origin.Of(context).Ends(EndReason.Logout, clock.Now()));
        Finish(context);
    }

    public async Task SubmitAllAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent) return;
        await sessions.EndAllAsync(sent.Caller.AccountId, Origin.Of(context).Ends(EndReason.LogoutEverywhere, clock.Now()));
        Finish(context);
    }

    void Finish(HttpContext context)
    {
        session.Forget(context);
        PageWriter.GoTo(context, links.On(context.Request).Logout + Done);
    }
}
