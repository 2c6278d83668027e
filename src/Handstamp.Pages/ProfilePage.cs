using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using ProfileView = Handstamp.Pages.Views.Views_Profile;

namespace Handstamp.Pages;

/// <summary><c>/account/profile</c>: the name and the language of a person, and a copy of what they can see of the account.</summary>
sealed class ProfilePage(
    FormGate gate, PageSession session, FormTokens tokens, ProfileOperations profiles, ExportOperations exports, Languages languages,
    PageLinks links, PageWriter pages)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller)
            await WriteAsync(context, caller, await profiles.FindAsync(caller.AccountId, context.RequestAborted));
    }

    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "name", "locale") is not { } sent) return;
        var (name, locale) = (Given(sent, "name"), Given(sent, "locale"));
        Profile Change(Profile profile) => profile with { Name = name, Locale = locale };
        var changed = await profiles.ChangeAsync(sent.Caller.AccountId, sent.Caller.SessionId, Change, Origin.Of(context), context.RequestAborted);
        if (changed.Has(out _, out var refusal)) PageWriter.GoTo(context, links.On(context.Request).Account + AccountPage.ProfileSaved);
        else await WriteAsync(context, sent.Caller, Change(Profile.None), refusal);
    }

    /// <summary>The copy, as a file. It needs a recent login.</summary>
    public async Task ExportAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent) return;
        if (!session.IsRecent(context, sent.Caller, links.On(context.Request).Profile)) return;
        var exported = await exports.ExportAsync(sent.Caller.AccountId, sent.Caller.SessionId, Origin.Of(context), context.RequestAborted);
        if (exported.Has(out var file, out var refusal)) await ExportAccount.WriteAsync(context, file);
        else await pages.RefuseAsync(context, refusal);
    }

    static string? Given(CallerForm sent, string field) => sent.Form[field].ToString().Trim() is { Length: > 0 } given ? given : null;

    async Task WriteAsync(HttpContext context, Caller caller, Profile profile, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "name");
        using var body = new ProfileView { Model = new(view, profile.Name ?? "", profile.Locale, [.. Choices(profile.Locale)]) };
        await PageWriter.WriteAsync(context, view, view.Texts.Profile, body);
    }

    // An app may have set another one.
    IEnumerable<LanguageChoice> Choices(string? locale)
    {
        foreach (var texts in languages.All) yield return new LanguageChoice(texts.Language, texts.LanguageName);
        if (locale is not null && languages.All.All(texts => texts.Language != locale)) yield return new LanguageChoice(locale, locale);
    }
}
