using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using InvitationView = Handstamp.Pages.Views.Views_Invitation;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/invitation</c>, which the link in a mail opens: creates the account of an invited person, and immediately a session.
/// To open it spends nothing; only the button does.
/// </summary>
sealed class InvitationPage(
    FormGate gate, PageSession session, InvitationOperations invitations, ServiceTerms terms, PageLinks links, PageWriter pages,
    IOptions<AccountOptions> accounts)
{
    public Task ShowAsync(HttpContext context) => WriteAsync(context, context.Request.Query["token"].ToString());

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token", "password", "again", Acceptance.Field + FormGate.Optional) is not { } form) return;
        var (token, password) = (form["token"].ToString(), form["password"].ToString());
        if (password != form["again"].ToString())
            await WriteAsync(context, token, NewPassword.Differs);
        else if (!(await invitations.AcceptAsync(token, password, form[Acceptance.Field], Origin.Of(context), context.RequestAborted))
            .Has(out var account, out var refusal))
            await WriteAsync(context, token, refusal);
        // If there is no room for another hash, the account still exists, and its owner can log in a moment later.
        else
            PageWriter.GoTo(context, await session.BeginAsync(context, account.Email!, password) is null
                ? links.On(context.Request).Account + AccountPage.Registered
                : links.On(context.Request).Login);
    }

    async Task WriteAsync(HttpContext context, string token, Refusal? refusal = null)
    {
        if (await invitations.FindAddressAsync(token, context.RequestAborted) is not { } email)
        {
            await pages.RefuseAsync(context, refusal ?? Problems.InvitationInvalid);
            return;
        }
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal, "password", "again");
        using var body = new InvitationView { Model = new(view, token, email, NewPassword.Hint(view.Texts, accounts.Value), Acceptance.Of(terms)) };
        await PageWriter.WriteAsync(context, view, view.Texts.Register, body, showsPassword: true);
    }
}
