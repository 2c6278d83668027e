using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using LoginView = Handstamp.Pages.Views.Views_Login;

namespace Handstamp.Pages;

/// <summary><c>/account/login</c></summary>
sealed class LoginPage(
    FormGate gate, PageSession session, RegistrationOperations registration, RecoveryOperations recovery, MailLoginOperations mails,
    ExternalVisits external, SecondFactorPage second, RelyingParty passkeys, ServiceTerms terms, PageLinks links, PageWriter pages,
    IChallengeGate challenge)
{
    public async Task ShowAsync(HttpContext context)
    {
        var returnTo = links.On(context.Request).ReturnTo(context.Request.Query["return"]);
        // A person who is logged in may have to show it again.
        var isAgain = context.Request.Query.ContainsKey(PageLinks.Again);
        if (!isAgain && await session.FindAsync(context) is not null) PageWriter.GoTo(context, returnTo);
        else await WriteAsync(context, "", returnTo);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", "password", "return", FormGate.RememberField + FormGate.Optional, FormGate.OptionalChallenge) is not { } form) return;
        var (email, returnTo) = (form["email"].ToString(), links.On(context.Request).ReturnTo(form["return"]));

        if (await challenge.RefuseAsync(context, Identifier.Of(email).Canonical, gate.SolutionIn(form)) is { } demanded)
        {
            await WriteAsync(context, email, returnTo, demanded, FormGate.IsTemporary(form));
            return;
        }
        switch (await session.BeginAsync(context, email, form["password"].ToString(), FormGate.IsTemporary(form)))
        {
            case null:
                PageWriter.GoTo(context, returnTo);
                break;
            case SignInOutcome.Due due:
                await second.AskAsync(context, due, returnTo);
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await WriteAsync(context, email, returnTo, refusal, FormGate.IsTemporary(form));
                break;
        }
    }

    /// <summary>After another way to log in, which has failed.</summary>
    public Task RefuseAsync(HttpContext context, string returnTo, Refusal refusal) =>
        WriteAsync(context, pages.PageContext(context, gate.VisitorsToken(context), refusal), "", returnTo);

    Task WriteAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null, bool isTemporary = false) =>
        WriteAsync(context, pages.PageContext(context, gate.VisitorsToken(context), refusal, "email"), email, returnTo, isTemporary);

    async Task WriteAsync(HttpContext context, PageContext view, string email, string returnTo, bool isTemporary = false)
    {
        using var body = new LoginView
        {
            Model = new(view, email, RegisterPage.LabelOf(registration, view.Texts), returnTo, registration.IsOpen, recovery.IsOn, mails.IsOn, passkeys.IsDomain, external.Providers, isTemporary,
                Acceptance.Of(terms)),
        };
        await PageWriter.WriteAsync(context, view, view.Texts.LogIn, body, scripted: passkeys.IsDomain, showsPassword: true);
    }
}
