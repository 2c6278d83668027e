using System.Globalization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RegisterView = Handstamp.Pages.Views.Views_Register;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/register</c>: creates an account, and immediately a session; or asks for the code of a mail, if the address has to
/// be verified first.
/// </summary>
sealed class RegisterPage(
    FormGate gate, PageSession session, RegistrationOperations registration, VerifyPages verify, ServiceTerms terms, PageLinks links, PageWriter pages,
    IChallengeGate challenge, IOptions<AccountOptions> accounts)
{
    static readonly Refusal Closed = new(Problems.RegistrationClosed);

    public async Task ShowAsync(HttpContext context)
    {
        var returnTo = links.On(context.Request).ReturnTo(context.Request.Query["return"]);
        if (await session.FindAsync(context) is not null) PageWriter.GoTo(context, returnTo);
        else if (!registration.IsOpen) await pages.RefuseAsync(context, Closed);
        else await WriteAsync(context, "", returnTo);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (!registration.IsOpen)
        {
            await pages.RefuseAsync(context, Closed);
            return;
        }
        if (await gate.ReadVisitorsAsync(context, "email", "password", "again", "return", Acceptance.Field + FormGate.Optional, FormGate.OptionalChallenge) is not { } form) return;
        var (email, password, returnTo) =
            (form["email"].ToString(), form["password"].ToString(), links.On(context.Request).ReturnTo(form["return"]));

        if (await AddAsync(context, email, password, form) is { } refusal)
            await WriteAsync(context, email, returnTo, refusal);
        else if (registration.IsVerificationRequired && Identifier.Of(email).Kind == IdentifierKind.Email)
            await verify.AskForCodeAsync(context, email, returnTo);
        // If there is no room for another hash, the account still exists, and its owner can log in a moment later.
        else if (await session.BeginAsync(context, email, password) is not null)
            PageWriter.GoTo(context, links.On(context.Request).LoginFor(returnTo));
        else
            PageWriter.GoTo(context, links.On(context.Request).After(returnTo, AccountPage.Registered));
    }

    async ValueTask<Refusal?> AddAsync(HttpContext context, string email, string password, IFormCollection form)
    {
        if (password != form["again"].ToString()) return NewPassword.Differs;
        var name = Identifier.Of(email);
        if (await challenge.RefuseRequestAsync(context, name.Canonical, gate.SolutionIn(form)) is { } demanded) return demanded;
        (await registration.AddAsync(name, password, form[Acceptance.Field], Origin.Of(context), context.RequestAborted)).Has(out _, out var refusal);
        return refusal;
    }

    /// <summary>What a person types to say who they are.</summary>
    public static string LabelOf(RegistrationOperations registration, Texts texts) =>
        !registration.Takes(IdentifierKind.Username) ? texts.Email
        : !registration.Takes(IdentifierKind.Email) ? texts.Username
        : texts.EmailOrUsername;

    async Task WriteAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal, "email", "password", "again");
        using var body = new RegisterView { Model = new(view, email, LabelOf(registration, view.Texts), returnTo, NewPassword.Hint(view.Texts, accounts.Value), Acceptance.Of(terms)) };
        await PageWriter.WriteAsync(context, view, view.Texts.Register, body, showsPassword: true);
    }
}

/// <summary>What the two pages that take a new password have in common.</summary>
static class NewPassword
{
    /// <summary>Only on the pages: a program does not mistype.</summary>
    public static readonly Refusal Differs = new(Problems.PasswordsDiffer);

    public static string Hint(Texts texts, AccountOptions accounts) =>
        texts.PasswordHint.With("count", accounts.Password.MinLength.ToString(CultureInfo.InvariantCulture));
}
