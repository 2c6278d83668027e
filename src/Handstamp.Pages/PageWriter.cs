using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;
using RazorSlices;
using LayoutView = Handstamp.Pages.Views.Views_Layout;
using MessageView = Handstamp.Pages.Views.Views_Message;

namespace Handstamp.Pages;

/// <summary>Writes complete pages, with the headers that pages need.</summary>
sealed class PageWriter(Languages languages, PageLinks links, Brand brand, IChallengeGate challenge, SiteVerifier verifier, TimeProvider clock) : IPageRoute
{
    // No script, and nothing from other hosts; the style and the logo are separate routes.
    const string ContentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <param name="context">The request.</param>
    /// <param name="formToken">The token of the page's forms.</param>
    /// <param name="refusal">What went wrong.</param>
    /// <param name="fields">The fields of the form, of which one can be at fault.</param>
    public PageContext PageContext(HttpContext context, string formToken = "", Refusal? refusal = null, params IReadOnlyList<string> fields) =>
        new(languages.For(context.Request), links.On(context.Request), brand, formToken, refusal, clock.Now())
        {
            Fields = fields,
            IsOwn = context.Features.Get<Session>() is not null,
            IsChallenged = challenge.IsDemanded(context),
            Widget = verifier.Widget,
        };

    /// <summary>Writes a page, with the status of the page's refusal if it has one.</summary>
    public static async Task WriteAsync(
        HttpContext context, PageContext view, string title, RazorSlice body, bool wide = false, bool scripted = false, bool showsPassword = false)
    {
        using var html = new MemoryStream();
        using (var layout = new LayoutView { Model = new(view, title, body, wide) })
            await layout.RenderAsync(html, Encoder, context.RequestAborted);
        AddHeaders(context.Response, view);
        if (scripted || showsPassword || view.ShowsChallenge)
            context.Response.Headers.ContentSecurityPolicy = ScriptedPolicy(view, scripted, showsPassword);
        context.Response.ContentLength = html.Length;
        await context.Response.Body.WriteAsync(html.GetBuffer().AsMemory(0, (int)html.Length), context.RequestAborted);
    }

    /// <summary>A page that says what went wrong and links back.</summary>
    public async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        var view = PageContext(context, refusal: refusal);
        using var body = new MessageView { Model = new(view, null) };
        await WriteAsync(context, view, view.Texts.NotPossible, body);
    }

    /// <summary>A page that says what was done, and links to the login.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">Of the page.</param>
    /// <param name="text">It may have links.</param>
    /// <param name="canLogIn">Whether the page links to the login.</param>
    /// <param name="value">What the visitor has typed, for a place in the text.</param>
    public async Task SayAsync(
        HttpContext context, Func<Texts, string> title, Func<Texts, string> text, bool canLogIn = true, (string Place, string Typed)? value = null)
    {
        var view = PageContext(context);
        using var body = new MessageView { Model = new(view, text(view.Texts), canLogIn, value) };
        await WriteAsync(context, view, title(view.Texts), body);
    }

    /// <summary>Redirects the browser, after a form or past a page. A reload does not send the form again.</summary>
    public static void GoTo(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    /// <summary>
    /// Redirects the browser to the login, and then back to the requested address, including its query.
    /// </summary>
    public void AskForLogin(HttpContext context)
    {
        var request = context.Request;
        var wanted = HttpMethods.IsGet(request.Method)
            ? request.PathBase.Add(request.Path).ToUriComponent() + request.QueryString.ToUriComponent()
            : null;
        var own = links.On(request);
        GoTo(context, own.LoginFor(own.ReturnTo(wanted)));
    }

    /// <summary>Redirects the browser to the page that asks for the password again, and then to this address.</summary>
    public void AskForPassword(HttpContext context, string returnTo)
    {
        var own = links.On(context.Request);
        GoTo(context, own.With(own.Confirm, returnTo));
    }

    // The scripts of the page; those of passkeys and of challenges call this service. Any other of this host, such as of an app around it, stays
    // forbidden. The widget of another service has what it brings along: scripts, frames, styles and calls of its own places.
    static string ScriptedPolicy(PageContext view, bool passkeys, bool showsPassword)
    {
        var widget = view.ShowsChallenge ? view.Widget?.Sources : null;
        string?[] sources =
        [
            passkeys ? view.Links.PasskeyScriptSource : null,
            showsPassword ? view.Links.ShowPasswordScriptSource : null,
            view.ShowsChallenge ? widget ?? view.Links.ChallengeScriptSource : null,
        ];
        var policy = widget is null ? ContentPolicy : ContentPolicy.Replace("style-src 'self'", $"style-src 'self' {widget}", StringComparison.Ordinal);
        string?[] called = [passkeys || view.ShowsChallenge ? "'self'" : null, widget];
        return $"{policy}; script-src {string.Join(' ', sources.OfType<string>())}"
            + (called.Any(one => one is not null) ? $"; connect-src {string.Join(' ', called.OfType<string>())}" : null)
            + (widget is null ? null : $"; frame-src {widget}");
    }

    static void AddHeaders(HttpResponse response, PageContext view)
    {
        var headers = response.Headers;
        response.StatusCode = view.Refusal?.Problem.Status ?? StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        headers.ContentSecurityPolicy = ContentPolicy;
        // With "no-referrer" a browser would send our own forms with the origin "null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentLanguage = view.Texts.Language;
        headers.Append("Vary", "Accept-Language");
        if (view.Refusal?.RetryAfter is { } pause)
            headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
