using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using EnrolTotpView = Handstamp.Pages.Views.Views_EnrolTotp;
using FactorsView = Handstamp.Pages.Views.Views_Factors;
using RecoveryCodesView = Handstamp.Pages.Views.Views_RecoveryCodes;

namespace Handstamp.Pages;

/// <summary><c>/account/factors</c>: the second factors of a person who is logged in. A change needs a recent login.</summary>
sealed class FactorsPage(
    FormGate gate, PageSession session, FormTokens tokens, SecondFactorOperations factors, AccountOperations accounts,
    PageLinks links, PageWriter pages)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller) await WriteAsync(context, caller);
    }

    /// <summary>Shows the secret of a new app.</summary>
    public async Task AddTotpAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } sent) return;
        if (await accounts.FindAsync(sent.Caller.AccountId, context.RequestAborted) is not { } account) pages.AskForLogin(context);
        else if ((await factors.BeginTotpAsync(account, context.RequestAborted)).Has(out var begun, out var refusal))
            await WriteEnrolmentAsync(context, sent.Caller, begun);
        else await WriteAsync(context, sent.Caller, refusal);
    }

    /// <summary>The first code of the app. The account's first recovery codes are shown once.</summary>
    public async Task ConfirmTotpAsync(HttpContext context)
    {
        if (await ReadAsync(context, "code", "name") is not { } sent) return;
        var name = sent.Form["name"].ToString().Trim() is { Length: > 0 } given ? given : null;
        var confirmed = await factors.ConfirmTotpAsync(
            sent.Caller.AccountId, sent.Form["code"].ToString(), name, withCodes: true, Origin.Of(context), context.RequestAborted);
        // The app has the secret by now, or the person begins again.
        if (!confirmed.Has(out var app, out var refusal)) await WriteEnrolmentAsync(context, sent.Caller, enrolment: null, refusal);
        else if (app.RecoveryCodes is { } codes) await WriteCodesAsync(context, codes);
        else PageWriter.GoTo(context, links.On(context.Request).Factors);
    }

    public async Task RemoveAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } sent) return;
        var account = await accounts.FindAsync(sent.Caller.AccountId, context.RequestAborted);
        var refusal = account is not null && Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var id)
            ? await factors.RemoveAsync(account, id, Origin.Of(context))
            : Problems.FactorNotFound;
        if (refusal is null) PageWriter.GoTo(context, links.On(context.Request).Factors);
        else await WriteAsync(context, sent.Caller, refusal);
    }

    public async Task RenewCodesAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } sent) return;
        if ((await factors.RenewCodesAsync(sent.Caller.AccountId, Origin.Of(context))).Has(out var renewed, out var refusal))
            await WriteCodesAsync(context, renewed.RecoveryCodes);
        else await WriteAsync(context, sent.Caller, refusal);
    }

    async Task<CallerForm?> ReadAsync(HttpContext context, params string[] fields) =>
        await gate.ReadCallersAsync(context, fields) is { } sent
        && session.IsRecent(context, sent.Caller, links.On(context.Request).Factors)
            ? sent
            : null;

    async Task WriteAsync(HttpContext context, Caller caller, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal);
        var apps = await factors.ListAsync(caller.AccountId, context.RequestAborted);
        var codes = await factors.CountCodesAsync(caller.AccountId, context.RequestAborted);
        using var body = new FactorsView { Model = new(view, [.. apps.Select(app => FactorLine.Of(app, view))], codes) };
        await PageWriter.WriteAsync(context, view, view.Texts.SecondFactors, body, wide: true);
    }

    async Task WriteEnrolmentAsync(HttpContext context, Caller caller, TotpEnrolment? enrolment, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "code", "name");
        using var body = new EnrolTotpView { Model = new(view, enrolment) };
        await PageWriter.WriteAsync(context, view, view.Texts.AddTotp, body);
    }

    async Task WriteCodesAsync(HttpContext context, IReadOnlyList<string> codes)
    {
        var view = pages.PageContext(context);
        using var body = new RecoveryCodesView { Model = new(view, codes) };
        await PageWriter.WriteAsync(context, view, view.Texts.RecoveryCodes, body);
    }
}

/// <summary>An app as its owner knows it.</summary>
sealed record FactorLine(Guid Id, string Label, Moment Added, Moment LastUsed)
{
    public static FactorLine Of(TotpApp app, PageContext view) => new(
        app.Id, app.Name ?? view.Texts.TotpApp, view.When(app.CreatedAt), view.When(app.LastUsedAt ?? app.CreatedAt));
}
