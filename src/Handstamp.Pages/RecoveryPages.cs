using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ForgotView = Handstamp.Pages.Views.Views_Forgot;
using ResetView = Handstamp.Pages.Views.Views_Reset;

namespace Handstamp.Pages;

/// <summary><c>/account/forgot</c>: requests a mail with a link. The answer is the same for every address.</summary>
sealed class ForgotPage(FormGate gate, RecoveryOperations recovery, IChallengeGate challenge, PageWriter pages)
{
    public Task ShowAsync(HttpContext context) =>
        recovery.IsOn ? WriteAsync(context, "") : pages.RefuseAsync(context, Problems.MailNotConfigured);

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", FormGate.OptionalChallenge) is not { } form) return;
        var email = form["email"].ToString();
        if ((await challenge.RefuseRequestAsync(context, EmailAddress.Canonical(email), gate.SolutionIn(form))
            ?? await recovery.RequestAsync(email, Origin.Of(context), context.RequestAborted)) is { } refusal)
            await WriteAsync(context, email, refusal);
        else await pages.SayAsync(context, texts => texts.MailSent, texts => texts.MailSentHint, value: ("email", email));
    }

    async Task WriteAsync(HttpContext context, string email, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal, "email");
        using var body = new ForgotView { Model = new(view, email) };
        await PageWriter.WriteAsync(context, view, view.Texts.ForgotPassword, body);
    }
}

/// <summary>
/// <c>/account/reset</c>, which the link in a mail opens: a new password. To open it spends nothing; only the button does.
/// </summary>
sealed class ResetPage(FormGate gate, RecoveryOperations recovery, PageWriter pages, IOptions<AccountOptions> accounts)
{
    public Task ShowAsync(HttpContext context) => WriteAsync(context, context.Request.Query["token"].ToString());

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token", "password", "again") is not { } form) return;
        var (token, password) = (form["token"].ToString(), form["password"].ToString());
        var refusal = password != form["again"].ToString()
            ? NewPassword.Differs
            : await recovery.ResetAsync(token, password, Origin.Of(context), context.RequestAborted);
        if (refusal is not null) await WriteAsync(context, token, refusal);
        else await pages.SayAsync(context, texts => texts.PasswordReset, texts => texts.PasswordResetHint);
    }

    async Task WriteAsync(HttpContext context, string token, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, gate.VisitorsToken(context), refusal, "password", "again");
        using var body = new ResetView { Model = new(view, token, NewPassword.Hint(view.Texts, accounts.Value)) };
        await PageWriter.WriteAsync(context, view, view.Texts.ChooseNewPassword, body, showsPassword: true);
    }
}
