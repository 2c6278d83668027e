using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using TermsView = Handstamp.Pages.Views.Views_Terms;

namespace Handstamp.Pages;

/// <summary><c>/account/terms</c>: a person who is logged in accepts a new version of the terms.</summary>
sealed class TermsPage(
    FormGate gate, PageSession session, FormTokens tokens, TermsOperations operations, ServiceTerms terms, AccountOperations accounts,
    PageLinks links, PageWriter pages)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller) await WriteAsync(context, caller);
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, Acceptance.Field) is not { } sent) return;
        var version = sent.Form[Acceptance.Field].ToString();
        if (await operations.AcceptAsync(sent.Caller.AccountId, version, Origin.Of(context)) is { } refusal)
            await WriteAsync(context, sent.Caller, refusal);
        else
            PageWriter.GoTo(context, links.On(context.Request).Account);
    }

    async Task WriteAsync(HttpContext context, Caller caller, Refusal? refusal = null)
    {
        if (terms.Version is null || await accounts.FindAsync(caller.AccountId, context.RequestAborted) is not { } account || !terms.AreDue(account))
        {
            PageWriter.GoTo(context, links.On(context.Request).Account);
            return;
        }
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal);
        using var body = new TermsView { Model = new(view, Acceptance.Of(terms)!) };
        await PageWriter.WriteAsync(context, view, view.Texts.NewTerms, body);
    }
}

/// <summary>What a form asks to be accepted.</summary>
/// <param name="Version">The value of the box.</param>
/// <param name="Url">Where the terms can be read.</param>
/// <param name="PrivacyUrl">Where it says how data is used; null if there is no such page.</param>
sealed record Acceptance(string Version, string Url, string? PrivacyUrl)
{
    /// <summary>The field with the version that the person accepts. A browser does not send it if the box is not ticked.</summary>
    public const string Field = "terms";

    /// <summary>Null if there are no terms.</summary>
    public static Acceptance? Of(ServiceTerms terms) =>
        terms.Version is { } version ? new Acceptance(version, terms.Settings.Url!, terms.Settings.PrivacyUrl) : null;
}
