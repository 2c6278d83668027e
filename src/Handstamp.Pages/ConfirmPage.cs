using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using ConfirmView = Handstamp.Pages.Views.Views_Confirm;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/confirm</c>: a person who logged in a while ago gives the password again, and the second factor if there is
/// one, or a passkey instead of both, and then goes on where a recent login is required.
/// </summary>
sealed class ConfirmPage(
    FormGate gate, PageSession session, FormTokens tokens, ReauthenticationOperations again, AccountOperations accounts,
    PasskeyOperations passkeys, RelyingParty party, SecondFactorPage second, DeviceCookie device, PageLinks links, PageWriter pages)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller)
            await WriteAsync(context, caller, links.On(context.Request).ReturnTo(context.Request.Query["return"]));
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "password", "return") is { } sent)
            await BeginAsync(context, sent, PasswordFactor.FactorName, sent.Form["password"].ToString());
    }

    /// <summary>What the script sends for a passkey alone.</summary>
    public async Task SubmitPasskeyAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "ceremony", "credential", "return") is { } sent)
            await BeginAsync(context, sent, PasskeyFactor.FactorName, sent.Form["credential"].ToString(), sent.Form["ceremony"].ToString());
    }

    async Task BeginAsync(HttpContext context, CallerForm sent, string factor, string value, string? ceremony = null)
    {
        var returnTo = links.On(context.Request).ReturnTo(sent.Form["return"]);
        var outcome = await again.BeginAsync(
            context.Session(), factor, value, device.Read(context.Request), Origin.Of(context), context.RequestAborted, ceremony);
        if (outcome is not ReauthenticationOutcome.Refused { Refusal: var refusal }) await GoOnAsync(context, outcome, returnTo);
        else if (refusal.Problem == Problems.SecondFactorRequired) PageWriter.GoTo(context, links.On(context.Request).LoginAgainFor(returnTo));
        else await WriteAsync(context, sent.Caller, returnTo, refusal);
    }

    public async Task SubmitCodeAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, SecondFactorPage.Fields) is not { } sent) return;
        var (ticket, returnTo) = (sent.Form["ticket"].ToString(), links.On(context.Request).ReturnTo(sent.Form["return"]));
        var outcome = await again.ContinueAsync(
            context.Session(), ticket, sent.Form["method"].ToString(), sent.Form["code"].ToString(), Origin.Of(context), context.RequestAborted);
        switch (outcome)
        {
            // Another answer can be given with the same ticket.
            case ReauthenticationOutcome.Refused { Refusal: var refusal } when refusal.Problem != Problems.MfaTokenInvalid:
                await second.AskAgainAsync(context, ticket, sent.Form["methods"].ToString().Split(' '), returnTo, refusal,
                    sent.Form["method"].ToString());
                break;
            case ReauthenticationOutcome.Refused { Refusal: var refusal }:
                await WriteAsync(context, sent.Caller, returnTo, refusal);
                break;
            default:
                await GoOnAsync(context, outcome, returnTo);
                break;
        }
    }

    /// <summary>What the script sends for a passkey as the second factor.</summary>
    public async Task SubmitSecondPasskeyAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "ticket", "ceremony", "credential", "return") is not { } sent) return;
        var returnTo = links.On(context.Request).ReturnTo(sent.Form["return"]);
        var outcome = await again.ContinueAsync(
            context.Session(), sent.Form["ticket"].ToString(), PasskeyFactor.FactorName, sent.Form["credential"].ToString(),
            Origin.Of(context), context.RequestAborted, sent.Form["ceremony"].ToString());
        if (outcome is ReauthenticationOutcome.Refused { Refusal: var refusal }) await WriteAsync(context, sent.Caller, returnTo, refusal);
        else await GoOnAsync(context, outcome, returnTo);
    }

    Task GoOnAsync(HttpContext context, ReauthenticationOutcome outcome, string returnTo)
    {
        if (outcome is ReauthenticationOutcome.MoreIsDue { Due: var due })
            return second.AskAgainAsync(context, due.Ticket.Reveal(), due.Factors, returnTo);
        PageWriter.GoTo(context, returnTo);
        return Task.CompletedTask;
    }

    async Task WriteAsync(HttpContext context, Caller caller, string returnTo, Refusal? refusal = null)
    {
        var account = await accounts.FindAsync(caller.AccountId, context.RequestAborted);
        var hasPasskeys = party.IsDomain && (await passkeys.ListAsync(caller.AccountId, context.RequestAborted)).Count > 0;
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "current");
        using var body = new ConfirmView
        {
            Model = new(view, account?.Label ?? "", account?.PasswordHash is not null, hasPasskeys, returnTo),
        };
        await PageWriter.WriteAsync(context, view, view.Texts.SecondFactor, body, scripted: hasPasskeys, showsPassword: true);
    }
}
