using System.Text.Json;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NewPasskeyView = Handstamp.Pages.Views.Views_NewPasskey;
using PasskeysView = Handstamp.Pages.Views.Views_Passkeys;
using PasskeyView = Handstamp.Pages.Views.Views_Passkey;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/passkeys</c>: the passkeys of a person who is logged in. To add or remove one needs a recent login, and to add
/// one, script: only the browser can make it.
/// </summary>
sealed class PasskeysPage(
    FormGate gate, PageSession session, FormTokens tokens, PasskeyOperations passkeys, RelyingParty party, PageLinks links,
    PageWriter pages)
{
    static readonly Refusal NotFound = new(Problems.PasskeyNotFound);

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller) return;
        var view = pages.PageContext(context);
        var own = await passkeys.ListAsync(caller.AccountId, context.RequestAborted);
        var accepted = JsonSerializer.Serialize(party.Signal(caller.AccountId, own), WellKnownPasskeysJson.Default.AcceptedCredentials);
        using var body = new PasskeysView
        {
            Model = new(view, [.. own.Select(passkey => PasskeyLine.Of(passkey, view))], accepted, party.IsDomain),
        };
        await PageWriter.WriteAsync(context, view, view.Texts.Passkeys, body, wide: true, scripted: true);
    }

    public async Task BeginAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller && session.IsRecent(context, caller, links.On(context.Request).NewPasskey))
            await WriteNewAsync(context, caller, name: "");
    }

    public async Task AddAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "ceremony", "credential", "name") is not { } sent) return;
        var own = links.On(context.Request);
        if (!session.IsRecent(context, sent.Caller, own.NewPasskey)) return;
        var name = sent.Form["name"].ToString().Trim();
        var added = await passkeys.AddAsync(
            sent.Caller.AccountId, sent.Form["ceremony"].ToString(), sent.Form["credential"].ToString(), name.Length == 0 ? null : name,
            Origin.Of(context), context.RequestAborted);
        if (added.Has(out _, out var refusal)) PageWriter.GoTo(context, own.Passkeys);
        else await WriteNewAsync(context, sent.Caller, name, refusal);
    }

    public async Task ManageAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller) await WriteAsync(context, caller, name: null);
    }

    public async Task RenameAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "name") is not { } sent) return;
        var given = sent.Form["name"].ToString().Trim();
        var refusal = await passkeys.RenameAsync(
            IdOf(context), sent.Caller.AccountId, given.Length == 0 ? null : given, Origin.Of(context));
        if (refusal is null) PageWriter.GoTo(context, links.On(context.Request).Passkeys);
        else if (refusal.Problem == Problems.PasskeyNotFound) await pages.RefuseAsync(context, refusal);
        else await WriteAsync(context, sent.Caller, given, refusal);
    }

    public async Task RemoveAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent) return;
        var own = links.On(context.Request);
        if (!session.IsRecent(context, sent.Caller, own.Passkeys)) return;
        if (await passkeys.RemoveAsync(IdOf(context), sent.Caller.AccountId, Origin.Of(context)) is { } refusal)
            await pages.RefuseAsync(context, refusal);
        else PageWriter.GoTo(context, own.Passkeys);
    }

    async Task WriteNewAsync(HttpContext context, Caller caller, string name, Refusal? refusal = null)
    {
        if (!(await passkeys.BeginAsync(caller.AccountId, conditional: false, context.RequestAborted)).Has(out var begun, out var refused))
        {
            await pages.RefuseAsync(context, refused);
            return;
        }
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "name");
        using var body = new NewPasskeyView { Model = new(view, begun, name) };
        await PageWriter.WriteAsync(context, view, view.Texts.AddPasskey, body, scripted: true);
    }

    async Task WriteAsync(HttpContext context, Caller caller, string? name, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "name");
        var id = IdOf(context);
        if ((await passkeys.ListAsync(caller.AccountId, context.RequestAborted)).FirstOrDefault(one => one.Id == id) is not { } passkey)
        {
            await pages.RefuseAsync(context, NotFound);
            return;
        }
        using var body = new PasskeyView { Model = new(view, PasskeyLine.Of(passkey, view), name ?? passkey.Name ?? "") };
        await PageWriter.WriteAsync(context, view, view.Texts.Passkey, body);
    }

    static Guid? IdOf(HttpContext context) =>
        Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var id) ? id : null;
}

/// <summary>A passkey as its owner knows it.</summary>
sealed record PasskeyLine(Guid Id, string Label, string Kind, Moment Added, Moment? LastUsed)
{
    public static PasskeyLine Of(Passkey passkey, PageContext view) => new(
        passkey.Id, passkey.Name ?? view.Texts.Passkey, passkey.IsSynced ? view.Texts.PasskeySynced : view.Texts.PasskeyBound,
        view.When(passkey.CreatedAt), passkey.LastUsedAt is { } used ? view.When(used) : null);
}
