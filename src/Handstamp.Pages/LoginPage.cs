using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using LoginView = Handstamp.Pages.Views.Views_Login;

namespace Handstamp.Pages;

/// <summary><c>/account/login</c></summary>
sealed class LoginPage(
    FormGate gate, PageSession session, RegistrationOperations registration, RecoveryOperations recovery, SecondFactorPage second,
    PageLinks links, PageWriter pages)
{
    public async Task ShowAsync(HttpContext context)
    {
        var returnTo = links.On(context.Request).ReturnTo(context.Request.Query["return"]);
        if (await session.FindAsync(context) is not null) PageWriter.GoTo(context, returnTo);
        else await WriteAsync(context, "", returnTo);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", "password", "return") is not { } form) return;
        var (email, returnTo) = (form["email"].ToString(), links.On(context.Request).ReturnTo(form["return"]));

        switch (await session.BeginAsync(context, email, form["password"].ToString()))
        {
            case null:
                PageWriter.GoTo(context, returnTo);
                break;
            case SignInOutcome.Due due:
                await second.AskAsync(context, due, returnTo);
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await WriteAsync(context, email, returnTo, refusal);
                break;
        }
    }

    async Task WriteAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal);
        using var body = new LoginView { Model = new(view, email, returnTo, registration.IsOpen, recovery.IsOn) };
        await PageWriter.WriteAsync(context, view, view.Texts.LogIn, body);
    }
}
