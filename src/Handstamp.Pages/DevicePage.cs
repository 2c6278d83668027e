using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using DeviceView = Handstamp.Pages.Views.Views_Device;

namespace Handstamp.Pages;

/// <summary><c>/account/devices/{id}</c>: name a device, or log it out.</summary>
sealed class DevicePage(
    FormGate gate, PageSession session, FormTokens tokens, OwnDevices devices, SessionOperations sessions,
    PageLinks links, PageWriter pages, TimeProvider clock)
{
    static readonly Refusal NotFound = new(Problems.SessionNotFound);

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is { } caller) await WriteAsync(context, caller, name: null);
    }

    public async Task RenameAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context, "name") is not { } sent) return;
        var given = sent.Form["name"].ToString().Trim();
        var name = given.Length == 0 ? null : given;
        var refusal = await sessions.RenameAsync(IdOf(context), sent.Caller.AccountId, name, Origin.Of(context));
        if (refusal is null) PageWriter.GoTo(context, links.On(context.Request).Account + AccountPage.Renamed);
        else if (refusal.Problem == Problems.SessionNotFound) await pages.RefuseAsync(context, refusal);
        else await WriteAsync(context, sent.Caller, given, refusal);
    }

    public async Task EndAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent) return;
        var id = IdOf(context);
        if (id is not { } known
            || !await sessions.EndOwnAsync(known, sent.Caller.AccountId, Origin.Of(context).Ends(EndReason.EndedByUser, clock.Now())))
        {
            await pages.RefuseAsync(context, NotFound);
            return;
        }
        var own = id == sent.Caller.SessionId;
        if (own) session.Forget(context);
        var pagesHere = links.On(context.Request);
        PageWriter.GoTo(context, own ? pagesHere.Logout + LogoutPage.Done : pagesHere.Account + AccountPage.DeviceEnded);
    }

    async Task WriteAsync(HttpContext context, Caller caller, string? name, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, tokens.ForSession(caller.SessionId), refusal, "name");
        var id = IdOf(context);
        var lines = await devices.ListAsync(caller, view, context.RequestAborted);
        if (lines.FirstOrDefault(line => line.Id == id) is not { } device)
        {
            await pages.RefuseAsync(context, NotFound);
            return;
        }
        using var body = new DeviceView { Model = new(view, device, name ?? device.Name ?? "") };
        await PageWriter.WriteAsync(context, view, view.Texts.Device, body);
    }

    static Guid? IdOf(HttpContext context) =>
        Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var id) ? id : null;
}
