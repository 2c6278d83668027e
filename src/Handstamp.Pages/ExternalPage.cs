using System.Diagnostics;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ExternalView = Handstamp.Pages.Views.Views_External;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/external/{name}</c>: sends the browser to a provider, to log in or to add it to the account, and takes it back at
/// <c>/account/external/{name}/callback</c>. Each provider has its own address for that (RFC 9700 §4.4.2).
/// </summary>
sealed class ExternalPage(
    FormGate gate, PageSession session, ExternalVisits visits, ExternalLoginOperations logins, Ceremonies ceremonies, ExternalCookie cookie,
    LoginPage login, SecondFactorPage second, PageLinks links, PageWriter pages, IOptions<HandstampOptions> service)
{
    public const string Route = PageLinks.Root + "/external";

    /// <summary>
    /// Begins a login. Nothing is at stake before the provider has answered, so a link may lead here. It accepts no terms: another
    /// site could make it, and the person would not see them.
    /// </summary>
    public async Task StartAsync(HttpContext context)
    {
        var returnTo = links.On(context.Request).ReturnTo(context.Request.Query["return"]);
        if (await session.FindAsync(context) is not null) PageWriter.GoTo(context, returnTo);
        else if (await BeginAsync(context, accountId: null, returnTo, context.Request.Query.ContainsKey(PageLinks.Forget)) is { } address) PageWriter.GoTo(context, address);
    }

    /// <summary>Begins a login with the form of the page that names the terms: who goes on accepts them.</summary>
    public async Task SubmitAsync(HttpContext context)
    {
        if (await gate.ReadVisitorsAsync(context, "return", Acceptance.Field, PageLinks.Forget + FormGate.Optional) is not { } form) return;
        var returnTo = links.On(context.Request).ReturnTo(form["return"]);
        if (await BeginAsync(context, accountId: null, returnTo, form.ContainsKey(PageLinks.Forget), form[Acceptance.Field]) is { } address)
            await LeadOnAsync(context, address);
    }

    /// <summary>
    /// Begins to add the provider to the account: only with a form of our own, because another site could choose the person at the
    /// provider.
    /// </summary>
    public async Task LinkAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent || !IsRecent(context, sent)) return;
        if (await BeginAsync(context, sent.Caller.AccountId, links.On(context.Request).Account) is { } address) await LeadOnAsync(context, address);
    }

    /// <summary>
    /// The answer of a provider that sends a form, as Apple does. Browsers send no cookie with a form of another site, so the same
    /// browser comes back with a link.
    /// </summary>
    public async Task ForwardAsync(HttpContext context)
    {
        if (!IsKnown(ProviderOf(context)))
        {
            await pages.RefuseAsync(context, Problems.NotFound);
            return;
        }
        var (form, refusal) = await context.ReadFormAsync(FormGate.MaxLength);
        if (form is null)
        {
            await pages.RefuseAsync(context, refusal!);
            return;
        }
        var query = new QueryBuilder();
        foreach (var name in CallbackAnswer.Parameters)
            foreach (var value in form[name])
                if (value is not null) query.Add(name, value);
        PageWriter.GoTo(context, links.On(context.Request).ExternalCallback(ProviderOf(context)) + query);
    }

    /// <summary>The browser comes back.</summary>
    public async Task EndAsync(HttpContext context)
    {
        var ceremony = cookie.Read(context.Request);
        cookie.Clear(context.Response);
        var answer = CallbackFor(context) + context.Request.QueryString.Value;
        if (!(await ceremonies.ReadAsync(ceremony, CeremonyUse.LoginOnPages, CeremonyUse.LinkOnPages)).Has(out var open, out var refusal))
            await login.RefuseAsync(context, links.On(context.Request).Account, refusal);
        else if (open.Ceremony.Use == CeremonyUse.LinkOnPages) await EndLinkAsync(context, ceremony, answer);
        else await EndLoginAsync(context, open, answer);
    }

    /// <summary>Removes a provider from the account.</summary>
    public async Task UnlinkAsync(HttpContext context)
    {
        if (await gate.ReadCallersAsync(context) is not { } sent || !IsRecent(context, sent)) return;
        var id = Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var parsed) ? parsed : (Guid?)null;
        if (await logins.UnlinkAsync(id, sent.Caller.AccountId, Origin.Of(context)) is not { } refusal) PageWriter.GoTo(context, links.On(context.Request).Account);
        else await pages.RefuseAsync(context, refusal);
    }

    async Task EndLoginAsync(HttpContext context, OpenCeremony open, string answer)
    {
        var returnTo = links.On(context.Request).ReturnTo(open.Ceremony.ReturnTo);
        var wanted = new SignInRequest { Transport = SessionTransport.Page, IsTemporary = open.Ceremony.IsTemporary };
        var outcome = await logins.LoginAsync(wanted, open.Text, answer, Origin.Of(context), context.RequestAborted);
        switch (await session.FinishAsync(context, outcome))
        {
            case null:
                PageWriter.GoTo(context, returnTo);
                break;
            case SignInOutcome.Due due:
                await second.AskAsync(context, due, returnTo);
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await login.RefuseAsync(context, returnTo, refusal);
                break;
            default:
                throw new UnreachableException();
        }
    }

    async Task EndLinkAsync(HttpContext context, string ceremony, string answer)
    {
        if (await session.RequireAsync(context) is not { } caller) return;
        var linked = await logins.LinkAsync(
            caller.AccountId, ceremony, CeremonyUse.LinkOnPages, answer, Origin.Of(context), context.RequestAborted);
        if (linked.Has(out _, out var refusal)) PageWriter.GoTo(context, links.On(context.Request).Account);
        else await pages.RefuseAsync(context, refusal);
    }

    /// <summary>The address at the provider, or null if the request has been answered.</summary>
    async Task<string?> BeginAsync(HttpContext context, Guid? accountId, string returnTo, bool isTemporary = false, string? terms = null)
    {
        var name = ProviderOf(context);
        if (!IsKnown(name))
        {
            await pages.RefuseAsync(context, Problems.NotFound);
            return null;
        }
        if (!(await visits.BeginOnPagesAsync(name, CallbackFor(context), accountId, returnTo, isTemporary, terms, context.RequestAborted))
            .Has(out var begun, out var refusal))
        {
            await pages.RefuseAsync(context, refusal);
            return null;
        }
        cookie.Set(context.Response, begun.Open.Text);
        return begun.Address;
    }

    async Task LeadOnAsync(HttpContext context, string address)
    {
        // The answer to a form may not redirect to another host (form-action). So this page leads on, with a link for all else.
        context.Response.Headers["Refresh"] = $"0; url={address}";
        var view = pages.PageContext(context);
        using var body = new ExternalView { Model = new(view, NameOf(ProviderOf(context)), address) };
        await PageWriter.WriteAsync(context, view, view.Texts.ContinueWith.With("provider", NameOf(ProviderOf(context))), body);
    }

    bool IsRecent(HttpContext context, CallerForm sent) => session.IsRecent(context, sent.Caller, links.On(context.Request).Account);

    string CallbackFor(HttpContext context) => service.Value.Origin + links.On(context.Request).ExternalCallback(ProviderOf(context));

    bool IsKnown(string provider) => visits.Providers.Any(one => one.Name == provider);

    string NameOf(string provider) => visits.Providers.First(one => one.Name == provider).DisplayName;

    static string ProviderOf(HttpContext context) => (string)context.GetRouteValue("name")!;
}
