using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/verify</c>: shows that an address is its owner's, with the link of a mail or with its code; and
/// <c>/account/verify/resend</c>, which requests another mail.
/// </summary>
sealed class VerifyPages(FormGate gate, VerificationOperations verification, MailForms forms, IChallengeGate challenge, PageLinks links, PageWriter pages)
{
    public Task ShowAsync(HttpContext context) => context.Request.Query["token"].ToString() is { Length: > 0 } token
        ? AskForButtonAsync(context, token)
        : AskForCodeAsync(context, "", links.On(context.Request).Account);

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "token") is not { } form) return;
        var token = form["token"].ToString();
        if (await verification.VerifyAsync(token, Origin.Of(context), context.RequestAborted) is { } refusal)
            await AskForButtonAsync(context, token, refusal);
        else
            await SayDoneAsync(context);
    }

    public async Task SubmitCodeAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", "code", "return") is not { } form) return;
        var (email, returnTo) = (form["email"].ToString(), links.On(context.Request).ReturnTo(form["return"]));
        if (await verification.VerifyAsync(email, MailForms.CodeOf(form), Origin.Of(context), context.RequestAborted) is { } refusal)
            await AskForCodeAsync(context, email, returnTo, refusal);
        else
            await SayDoneAsync(context);
    }

    public Task ShowResendAsync(HttpContext context) => verification.IsOn
        ? AskForAddressAsync(context, "", links.On(context.Request).Account)
        : pages.RefuseAsync(context, Problems.MailNotConfigured);

    public async Task ResendAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "email", "return", FormGate.OptionalChallenge) is not { } form) return;
        var (email, returnTo) = (form["email"].ToString(), links.On(context.Request).ReturnTo(form["return"]));
        if ((await challenge.RefuseRequestAsync(context, EmailAddress.Canonical(email), gate.SolutionIn(form))
            ?? await verification.RequestAsync(email, Origin.Of(context), context.RequestAborted)) is { } refusal)
            await AskForAddressAsync(context, email, returnTo, refusal);
        else
            await AskForCodeAsync(context, email, returnTo);
    }

    /// <summary>After a registration, too.</summary>
    public Task AskForCodeAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null) => forms.AskForCodeAsync(
        context, gate.VisitorsToken(context), texts => texts.VerifyEmail, texts => texts.VerifyEmailCodeHint, texts => texts.Confirm,
        to => to.VerifyCode, email, returnTo, to => to.VerifyResend, refusal);

    Task AskForButtonAsync(HttpContext context, string token, Refusal? refusal = null) => forms.AskForButtonAsync(
        context, gate.VisitorsToken(context), texts => texts.VerifyEmail, texts => texts.VerifyEmailHint, texts => texts.Confirm,
        to => to.Verify, token, refusal);

    Task AskForAddressAsync(HttpContext context, string email, string returnTo, Refusal? refusal = null) => forms.AskForAddressAsync(
        context, gate.VisitorsToken(context), texts => texts.NewMail, texts => texts.NewMailHint, texts => texts.NewMail,
        to => to.VerifyResend, email, returnTo, refusal: refusal);

    Task SayDoneAsync(HttpContext context) => pages.SayAsync(context, texts => texts.EmailVerified, texts => texts.EmailVerifiedHint);
}
